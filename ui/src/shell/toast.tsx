import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'

const Say = createContext<(text: string) => void>(() => undefined)

/** Says in a sentence what was done; read aloud too, and gone after four seconds. */
export function useSay(): (text: string) => void {
  return useContext(Say)
}

export function Toasts({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<{ text: string } | null>(null)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => setSaid(null), 4_000)
    return () => clearTimeout(timer)
  }, [said])
  return (
    <Say value={useCallback((text: string) => setSaid({ text }), [])}>
      {children}
      <div role="status">{said !== null && <p className="toast">{said.text}</p>}</div>
    </Say>
  )
}
