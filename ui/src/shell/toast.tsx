import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import { Problem } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

type Say = (said: string | Error) => void
const Said = createContext<Say>(() => undefined)
const SHOWN_MS = 4_000

/** Says in a sentence what was done, gone after four seconds; or what the service refused, whole, until it is closed. */
export function useSay(): Say {
  return useContext(Said)
}

export function Toasts({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<{ what: string | Error } | null>(null)
  useEffect(() => {
    if (said === null || typeof said.what !== 'string') return
    const timer = setTimeout(() => setSaid(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [said])
  return (
    <Said value={useCallback<Say>((what) => setSaid({ what }), [])}>
      {children}
      <div role="status">{typeof said?.what === 'string' && <p className="toast">{said.what}</p>}</div>
      {said !== null && typeof said.what !== 'string' && (
        <div className="toast refusal">
          <Problem error={said.what} />
          <button type="button" className="button small" onClick={() => setSaid(null)}>
            {texts.close}
          </button>
        </div>
      )}
    </Said>
  )
}
