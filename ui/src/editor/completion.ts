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
  const isYaml = languageOf(text) === 'yaml'
  const isAtWord = place !== null && (place.from < context.pos || !(isYaml || place.isBare))
  if (place === null || !(isAtWord || context.explicit)) return null
  const options = optionsAt(schema, place)
  if (options.length === 0) return null
  const write = ({ label, written }: Option): string =>
    `${place.isBare ? written : label}${place.isKey && (isYaml || place.isBare) ? ': ' : ''}`
  return { from: place.from, options: options.map((option) => shown(option, write(option))), validFor: /^[\w.$]*$/ }
}

/** So much of what a field holds stands beside its name. */
const DETAIL = 60

function shown({ label, detail, info }: Option, written: string) {
  const told = {
    label,
    detail: detail.length > DETAIL ? `${detail.slice(0, DETAIL)}…` : detail,
    ...(info === '' ? {} : { info }),
  }
  return written === label ? told : snippetCompletion(`${written.replaceAll('$', '\\$')}\${}`, told)
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
