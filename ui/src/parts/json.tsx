import { useState } from 'react'
import { texts } from '../texts.ts'
import { CopyButton } from './copy.tsx'
import { bytes } from './format.ts'

/** Longer texts are cut until somebody wants all: a browser takes seconds for megabytes. */
const SHOWN_CHARACTERS = 12_000
const COLOURED_CHARACTERS = 40_000
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g
const TAG = /\{(?:%|:|#|<|=)[\s\S]*?(?:%|:|#|>|=)\}/g

/** A value as JSON, coloured, as text and never as HTML. */
export function JsonView({ value, wide = false, label }: { value: unknown; wide?: boolean; label?: string }) {
  const [all, setAll] = useState(false)
  const text = JSON.stringify(value, null, 2) ?? 'null'
  const isCut = !all && text.length > SHOWN_CHARACTERS
  const shown = isCut ? text.slice(0, SHOWN_CHARACTERS) : text
  return (
    <div className={wide ? 'json wide' : 'json'}>
      <pre tabIndex={0} role="region" aria-label={label ?? texts.value}>
        {shown.length > COLOURED_CHARACTERS ? shown : coloured(shown)}
        {isCut && '…'}
      </pre>
      <CopyButton text={text} />
      {isCut && (
        <div className="row">
          <button type="button" className="button quiet small" onClick={() => setAll(true)}>
            {texts.showAll(bytes(text.length))}
          </button>
        </div>
      )}
    </div>
  )
}

function coloured(text: string): (string | React.JSX.Element)[] {
  const parts: (string | React.JSX.Element)[] = []
  let end = 0
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, colon] = match
    if (match.index > end) parts.push(text.slice(end, match.index))
    end = match.index + whole.length
    if (string === undefined)
      parts.push(<Token key={match.index} kind={/[\d-]/.test(whole[0] ?? '') ? 'number' : 'word'} text={whole} />)
    else if (colon !== undefined) parts.push(<Token key={match.index} kind="key" text={string} />, colon)
    else parts.push(<Text key={match.index} text={string} />)
  }
  return [...parts, text.slice(end)]
}

function Token({ kind, text }: { kind: string; text: string }) {
  return <span className={kind}>{text}</span>
}

/** A string, the tags in it marked. */
function Text({ text }: { text: string }) {
  const parts: (string | React.JSX.Element)[] = []
  let end = 0
  for (const match of text.matchAll(TAG)) {
    parts.push(text.slice(end, match.index), <Token key={match.index} kind="tag" text={match[0]} />)
    end = match.index + match[0].length
  }
  return (
    <span className="string">
      {parts}
      {text.slice(end)}
    </span>
  )
}
