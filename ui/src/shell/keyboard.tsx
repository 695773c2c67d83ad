import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Loading } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { texts } from '../texts.ts'
import { takeEarlySearch } from './earlySearch.ts'
import { useMay } from './session.tsx'

const KEYS = [
  ['/', texts.keys.search],
  ['j', texts.keys.next],
  ['k', texts.keys.previous],
  ['Enter', texts.keys.open],
  ['?', texts.keys.help],
] as const

/**
 * The page's keys: `/` goes to the search, that of the jobs where a view has none, `j` and `k` through rows (whatever has
 * `data-row`), `?` lists them.
 */
export function Keyboard() {
  const [helps, setHelps] = useState(false)
  const [, navigate] = useLocation()
  const may = useMay()
  const maySearch = may('jobs:read')
  useEffect(() => {
    const loaded = new MutationObserver(() => {
      if (isLoading()) return
      loaded.disconnect()
      search()
    })
    const search = (): void => {
      if (focusSearch()) return
      // Whether it has a search is known once it is there.
      if (isLoading()) return loaded.observe(document.body, { childList: true, subtree: true })
      if (!maySearch) return
      navigate('/jobs')
      // Before the next key that is pressed, and after the view is drawn.
      queueMicrotask(focusSearch)
    }
    if (takeEarlySearch()) search()
    const pressed = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement
      const writes = target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"], dialog')
      if (writes !== null || event.ctrlKey || event.metaKey || event.altKey) return
      const act = { '/': search, j: () => moveBy(1), k: () => moveBy(-1), '?': () => setHelps(true) }[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', pressed)
    return () => {
      loaded.disconnect()
      document.removeEventListener('keydown', pressed)
    }
  }, [navigate, maySearch])
  if (!helps) return null
  return (
    <Dialog title={texts.help} onClose={() => setHelps(false)}>
      <dl className="facts">
        {KEYS.map(([key, does]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

/** Stands where a view will. */
export function ViewLoads() {
  return (
    <div data-loads>
      <Loading />
    </div>
  )
}

function isLoading(): boolean {
  return document.querySelector('[data-loads]') !== null
}

/** Whether there is one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>('[data-search]')
  field?.focus()
  return field !== null
}

function moveBy(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const focused = rows.findIndex((row) => row.contains(document.activeElement))
  const chosen = focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute('aria-selected') === 'true')
  const next = rows[chosen < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, chosen + step))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
