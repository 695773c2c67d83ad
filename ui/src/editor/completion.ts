import { type CompletionContext, type CompletionResult, snippetCompletion } from '@codemirror/autocomplete'
import type { EditorView, Tooltip } from '@codemirror/view'
import { placeAt } from './places.ts'
import { meaningOf, type Option, optionsAt } from './schema.ts'
import { languageOf } from './text.ts'

type Schema = Readonly<Record<string, unknown>>

/** Names and values that the service's schema has where the cursor stands. */
export function complete(context: CompletionContext, schema: Schema): CompletionResult | null {
  const text = context.state.doc.toString()
  const place = placeAt(text, context.pos)
  if (place === null || (place.from === context.pos && !context.explicit && languageOf(text) === 'yaml')) return null
  const options = optionsAt(schema, place)
  if (options.length === 0) return null
  const ends = languageOf(text) === 'yaml' && place.isKey ? ': ' : ''
  return { from: place.from, options: options.map((option) => shown(option, ends)), validFor: /^[\w.$]*$/ }
}

function shown({ label, detail, info }: Option, ends: string) {
  const told = { label, detail, ...(info === '' ? {} : { info }) }
  return ends === '' ? told : snippetCompletion(`${label.replaceAll('$', '\\$')}${ends}\${}`, told)
}

/** What a field means, shown where the pointer rests on its name. */
export function explain(view: EditorView, offset: number, schema: Schema): Tooltip | null {
  const text = view.state.doc.toString()
  const word = view.state.wordAt(offset)
  if (word === null) return null
  const place = placeAt(text, languageOf(text) === 'json' ? offset : word.to)
  if (place === null || !place.isKey) return null
  const meaning = meaningOf(schema, [...place.path, view.state.sliceDoc(word.from, word.to)], place.value)
  if (meaning === null) return null
  return {
    pos: word.from,
    end: word.to,
    create: () => {
      const dom = document.createElement('div')
      dom.className = 'explained'
      dom.append(Object.assign(document.createElement('code'), { textContent: meaning.detail }), ` ${meaning.info}`)
      return { dom }
    },
  }
}
