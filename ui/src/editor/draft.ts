import { useEffect, useState } from 'react'
import { contentOf, type Definition } from '../definitions/data.ts'
import { EXAMPLE } from '../overview/example.ts'
import { service } from '../service.ts'

const KEPT_AS = 'conduit-draft'
const START = JSON.stringify(EXAMPLE, null, 2)

/** The text in the editor: a draft that survives a reload, or a definition that was opened. */
export function useDraft(definition: string | null) {
  const [text, setText] = useState(() => localStorage.getItem(KEPT_AS) ?? START)
  const write = (next: string): void => {
    localStorage.setItem(KEPT_AS, next)
    setText(next)
  }
  useEffect(() => {
    if (definition === null) return
    const asked = new AbortController()
    service
      .request<Definition>('GET', `/v1/definitions/${encodeURIComponent(definition)}`, { signal: asked.signal })
      .then((found) => setText(JSON.stringify(contentOf(found), null, 2)))
      // It can't be had: the draft stays.
      .catch(() => undefined)
    return () => asked.abort()
  }, [definition])
  return { text, write, reset: () => write(START) }
}
