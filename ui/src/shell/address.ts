import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'

/** Changes some of the address's parameters; null and '' leave one out. */
export type ChangeAddress = (changes: Readonly<Record<string, string | null>>, how?: Change) => void

/** Whether the browser's Back undoes a change: what is found by it is another list. A choice in a view is not a step. */
type Change = 'step' | 'choice'

/** A part of a path as it was meant; one that is no such code is taken as it stands. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** What stands behind `?` in the address: filters and choices live there, so that a reload and a link keep them. */
export function useAddress(): [URLSearchParams, ChangeAddress] {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const change = useCallback<ChangeAddress>(
    (changes, how = 'choice') => {
      const next = new URLSearchParams(search)
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') next.delete(name)
        else next.set(name, value)
      }
      const text = next.toString()
      if (text !== search) navigate(text === '' ? path : `${path}?${text}`, { replace: how === 'choice' })
    },
    [search, path, navigate],
  )
  return [useMemo(() => new URLSearchParams(search), [search]), change]
}
