import { useSyncExternalStore } from 'react'

/** Viewers' clocks that differ by less are taken for right: the way there and back takes its time, too. */
const NOTICED_MS = 2_000
let ahead = 0

/** What the service's clock said when it answered: moments are told by it, whatever the viewer's says. */
export function setPresent(time: string): void {
  const difference = Date.parse(time) - Date.now()
  ahead = Math.abs(difference) < NOTICED_MS || Number.isNaN(difference) ? 0 : difference
}

/** The present by the service's clock, in milliseconds. */
export function present(): number {
  return Date.now() + ahead
}

const listeners = new Set<() => void>()
let now = present()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  now = present()
  timer ??= setInterval(() => {
    now = present()
    for (const told of listeners) told()
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The present in milliseconds, a new one each second: one timer for the whole page, none while nobody looks. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
