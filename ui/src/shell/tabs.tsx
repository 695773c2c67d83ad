import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react'
import { useAddress } from './address.ts'

export type Tab = { readonly name: string; readonly label: string; readonly show: () => ReactNode }

/** So much of the tab before the chosen one stays in sight. */
const NEIGHBOUR_PX = 80

/** Tabs after the ARIA pattern: arrows move between them, the chosen one stands in the address. */
export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const [address, change] = useAddress()
  const chosen = tabs.find(({ name }) => name === address.get('tab')) ?? tabs[0]
  const list = useRef<HTMLDivElement>(null)
  // Of more tabs than fit the chosen one is seen, and one before it, where there is one.
  useLayoutEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>('[aria-selected="true"]')
    if (tab) list.current?.scrollTo({ left: tab.offsetLeft - NEIGHBOUR_PX })
  }, [chosen?.name])
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined || chosen === undefined) return
    const next = tabs[(tabs.indexOf(chosen) + step + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    change({ tab: next.name })
    document.getElementById(`tab-${next.name}`)?.focus()
  }
  return (
    <div className="stack">
      <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(({ name, label: text }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === chosen?.name}
            aria-controls="tab-panel"
            tabIndex={name === chosen?.name ? 0 : -1}
            onClick={() => change({ tab: name === tabs[0]?.name ? null : name })}
          >
            {text}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${chosen?.name}`}>
        {chosen?.show()}
      </div>
    </div>
  )
}
