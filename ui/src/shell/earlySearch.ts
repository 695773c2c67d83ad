import { useEffect } from 'react'

let isWanted = false

/** Until it is known who is there a press of `/` is kept. */
export function useEarlySearch(isEarly: boolean): void {
  useEffect(() => {
    if (!isEarly) return
    const pressed = ({ key }: KeyboardEvent): void => {
      if (key === '/') isWanted = true
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [isEarly])
}

/** Whether `/` was pressed before; asked once. */
export function takeEarlySearch(): boolean {
  const was = isWanted
  isWanted = false
  return was
}
