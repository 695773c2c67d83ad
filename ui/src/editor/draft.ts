import { useEffect, useState } from 'react'
import { contentOf, type Definition } from '../definitions/data.ts'
import { EXAMPLE } from '../overview/example.ts'
import { service } from '../service.ts'

const KEPT_AS = 'conduit-draft'
const START = JSON.stringify(EXAMPLE, null, 2)

/** A text that survives a reload, but for what is to be kept nowhere. */
export function useKept(name: string, start: string): [string, (next: string, isSecret?: boolean) => void] {
  const key = `${KEPT_AS}-${name}`
  const [text, setText] = useState(() => localStorage.getItem(key) ?? start)
  const write = (next: string, isSecret = false): void => {
    if (isSecret) localStorage.removeItem(key)
    else localStorage.setItem(key, next)
    setText(next)
  }
  return [text, write]
}

/** The text in the editor: a draft that survives a reload; of a definition that was opened its content is the beginning. */
export function useDraft(definition: string | null) {
  const key = definition === null ? KEPT_AS : `${KEPT_AS}:${definition}`
  const [text, setText] = useState(() => localStorage.getItem(key) ?? (definition === null ? START : ''))
  const [error, setError] = useState<unknown>(null)
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    if (definition === null || localStorage.getItem(key) !== null) return
    const reading = new AbortController()
    service
      .request<Definition>('GET', `/v1/definitions/${encodeURIComponent(definition)}`, { signal: reading.signal })
      .then((found) => setText(JSON.stringify(contentOf(found), null, 2)))
      .catch((reason: unknown) => reading.signal.aborted || setError(reason))
    return () => reading.abort()
  }, [definition, key, asked])
  return {
    text,
    error,
    write: (next: string): void => {
      localStorage.setItem(key, next)
      setText(next)
    },
    /** Forgets what was written: the example again, or the definition as it is stored. */
    forget: (): void => {
      localStorage.removeItem(key)
      if (definition === null) setText(START)
      else setAsked(asked + 1)
    },
  }
}
