import { useEffect, useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { texts } from '../texts.ts'

const KEYS = [
  ['/', texts.keys.search],
  ['j', texts.keys.next],
  ['k', texts.keys.previous],
  ['Enter', texts.keys.open],
  ['?', texts.keys.help],
] as const

/** The page's keys: `/` goes to the search, `j` and `k` through rows (whatever has `data-row`), `?` lists them. */
export function Keyboard() {
  const [helps, setHelps] = useState(false)
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement
      const writes = target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"], dialog')
      if (writes !== null || event.ctrlKey || event.metaKey || event.altKey) return
      const act = { '/': focusSearch, j: () => moveBy(1), k: () => moveBy(-1), '?': () => setHelps(true) }[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
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

function focusSearch(): void {
  document.querySelector<HTMLElement>('[data-search]')?.focus()
}

function moveBy(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const focused = rows.findIndex((row) => row.contains(document.activeElement))
  const chosen = focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute('aria-selected') === 'true')
  const next = rows[chosen < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, chosen + step))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
