import { autocompletion } from '@codemirror/autocomplete'
import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, hoverTooltip } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { basicSetup } from 'codemirror'
import { useEffect, useRef } from 'react'
import { texts } from '../texts.ts'
import { inWords, type Problem } from './check.ts'
import { complete, explain } from './completion.ts'
import { type Range, rangeOf } from './places.ts'
import { type Language, languageOf } from './text.ts'

type Props = {
  text: string
  problems: readonly Problem[]
  /** What `GET /v1/schema` says of a definition. */
  schema: Readonly<Record<string, unknown>>
  /** What is brought into sight; a new object each time that somebody asks. */
  shown: Range | null
  onChange: (text: string) => void
  onCursor: (offset: number) => void
}

const LANGUAGE = new Compartment()
const LABEL = new Compartment()
const EXTENSIONS = { json, yaml }

function labelOf(language: Language) {
  return EditorView.contentAttributes.of({ 'aria-label': texts.editor.label[language] })
}

const THEME = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--text)', backgroundColor: 'var(--surface)' },
  // Within its panel, which cuts what stands out of it.
  '&.cm-editor.cm-focused, .cm-scroller:focus-visible': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-gutters': { backgroundColor: 'var(--sunk)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--chosen) !important' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-fill)', color: '#fff' },
})

const COLOURS = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: 'var(--accent)' },
    { tag: tags.string, color: 'var(--good)' },
    { tag: tags.number, color: 'var(--wait)' },
    { tag: [tags.bool, tags.null], color: 'var(--later)' },
  ]),
)

/** The text of a definition: coloured, completed, marked where something is wrong. Nothing in it needs eval or inline styles. */
export function CodeEditor({ text, problems, schema, shown, onChange, onCursor }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef({ problems, schema, onChange, onCursor })
  latest.current = { problems, schema, onChange, onCursor }
  const language = languageOf(text)

  useEffect(() => {
    if (place.current === null) return
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ''
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorView.cspNonce.of(nonce),
          basicSetup,
          LANGUAGE.of(EXTENSIONS[language]()),
          LABEL.of(labelOf(language)),
          THEME,
          COLOURS,
          EditorView.lineWrapping,
          autocompletion({ override: [(context) => complete(context, latest.current.schema)] }),
          hoverTooltip((current, offset) => explain(current, offset, latest.current.schema)),
          lintGutter(),
          EditorView.domEventHandlers({ beforeinput: (event, current) => replaceByOwnHand(event, current) }),
          EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
            if (docChanged) latest.current.onChange(state.doc.toString())
            if (docChanged || selectionSet) latest.current.onCursor(state.selection.main.head)
          }),
        ],
      }),
    })
    // What scrolls can be reached by the keyboard.
    editor.scrollDOM.tabIndex = 0
    view.current = editor
    return () => editor.destroy()
    // It is made once; what changes outside comes in below.
  }, [])

  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text])
  useEffect(() => {
    view.current?.dispatch({
      effects: [LANGUAGE.reconfigure(EXTENSIONS[language]()), LABEL.reconfigure(labelOf(language))],
    })
  }, [language])
  useEffect(() => {
    if (shown !== null)
      view.current?.dispatch({
        selection: { anchor: shown.from },
        effects: EditorView.scrollIntoView(shown.from, { y: 'center' }),
      })
  }, [shown])
  useEffect(() => {
    const editor = view.current
    if (editor !== null) editor.dispatch(setDiagnostics(editor.state, marksOf(editor.state.doc.toString(), problems)))
  }, [problems])
  return <div className="code-editor" ref={place} />
}

/**
 * Takes a selection's place. A browser would keep the look of what it takes away by an inline style, which the policy
 * forbids and the console would tell of.
 */
function replaceByOwnHand(event: InputEvent, view: EditorView): boolean {
  const { data, inputType } = event
  const { main, ranges } = view.state.selection
  if (inputType !== 'insertText' || data === null || main.empty || ranges.length > 1 || view.composing) return false
  event.preventDefault()
  const insert = () =>
    view.state.update({ ...view.state.replaceSelection(data), userEvent: 'input.type', scrollIntoView: true })
  const isTaken = view.state.facet(EditorView.inputHandler).some((take) => take(view, main.from, main.to, data, insert))
  if (!isTaken) view.dispatch(insert())
  return true
}

function marksOf(text: string, problems: readonly Problem[]) {
  return problems.map((problem) => ({
    ...rangeOf(text, problem.pointer),
    severity: problem.severity,
    message: inWords(problem),
  }))
}
