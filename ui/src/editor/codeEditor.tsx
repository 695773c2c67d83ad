import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { json } from '@codemirror/lang-json'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { forceLinting, linter } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import type { Block } from '@conduit-jobs/client'
import { tags } from '@lezer/highlight'
import { basicSetup } from 'codemirror'
import { getLocation } from 'jsonc-parser'
import { useEffect, useRef } from 'react'
import { texts } from '../texts.ts'
import type { Problem } from './check.ts'
import { rangeOf } from './pointer.ts'

type Props = {
  text: string
  problems: readonly Problem[]
  blocks: readonly Block[]
  onChange: (text: string) => void
  onCursor: (offset: number) => void
}

const THEME = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--text)', backgroundColor: 'var(--surface)' },
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
export function CodeEditor({ text, problems, blocks, onChange, onCursor }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef({ problems, blocks, onChange, onCursor })
  latest.current = { problems, blocks, onChange, onCursor }

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
          json(),
          THEME,
          COLOURS,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': texts.editor.label }),
          autocompletion({ override: [(context) => complete(context, latest.current.blocks)] }),
          linter((current) => marksOf(current.state.doc.toString(), latest.current.problems), { delay: 0 }),
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
    if (view.current !== null) forceLinting(view.current)
  }, [problems])
  return <div className="code-editor" ref={place} />
}

function marksOf(text: string, problems: readonly Problem[]) {
  return problems.map(({ pointer, severity, detail, suggestion }) => ({
    ...rangeOf(text, pointer),
    severity,
    message: suggestion === null ? detail : `${detail} (${suggestion}?)`,
  }))
}

const STEP_FIELDS = [
  'id',
  'action',
  'parameters',
  'if',
  'forced',
  'title',
  'retry',
  'catch',
  'timeout',
  'undo',
  'steps',
  'branches',
  'output',
]
const JOB_FIELDS = [
  'name',
  'description',
  'tags',
  'metadata',
  'variables',
  'local_values',
  'output',
  'steps',
  'timeout',
  'on_failure',
  'run_at',
]

/** Names where names belong: of blocks, of their parameters, of fields. */
function complete(context: CompletionContext, blocks: readonly Block[]): CompletionResult | null {
  const word = context.matchBefore(/"[^"\n]*/)
  if (word === null) return null
  const { path, isAtPropertyKey } = getLocation(context.state.doc.toString(), context.pos)
  const options = isAtPropertyKey
    ? keysAt(path.slice(0, -1), context.state.doc.toString(), blocks)
    : path.at(-1) === 'action'
      ? blocks.map(blockOption)
      : []
  return options.length === 0 ? null : { from: word.from + 1, options, validFor: /^[\w.]*$/ }
}

type Option = { label: string; detail?: string; info?: string }

function blockOption({ action, title, description }: Block): Option {
  return { label: action, detail: title, info: description }
}

function keysAt(parent: readonly (string | number)[], text: string, blocks: readonly Block[]): Option[] {
  if (parent.length === 0) return JOB_FIELDS.map((label) => ({ label }))
  if (typeof parent.at(-1) === 'number') return STEP_FIELDS.map((label) => ({ label }))
  if (parent.at(-1) !== 'parameters') return []
  const before = text.slice(0, rangeOf(text, `/${parent.join('/')}`).from)
  const action = /"action"\s*:\s*"([^"]*)"[^{}]*$/.exec(before)?.[1]
  const block = blocks.find((one) => one.action === action?.toUpperCase())
  const properties = (block?.parameters['properties'] ?? {}) as Record<string, { description?: string }>
  return Object.entries(properties).map(([label, { description = '' }]) => ({ label, info: description }))
}
