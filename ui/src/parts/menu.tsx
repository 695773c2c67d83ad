import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Between a menu and the edge of the page. */
const EDGE_PX = 16

/** A button that shows more buttons. A click outside, Escape, or one of them closes it. */
export function Menu({
  label,
  className = 'button',
  children,
}: {
  label: ReactNode
  className?: string
  children: ReactNode
}) {
  const [isOpen, setOpen] = useState(false)
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const close = (event: Event): void => {
      const isKey = event instanceof KeyboardEvent
      if (isKey ? event.key !== 'Escape' : menu.current?.contains(event.target as Node)) return
      setOpen(false)
      // Where the focus was is gone with the menu.
      if (isKey) menu.current?.querySelector('button')?.focus()
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('keydown', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('keydown', close)
    }
  }, [isOpen])
  // What would be beyond the edge of the page comes in.
  useLayoutEffect(() => {
    const items = menu.current?.querySelector<HTMLElement>('.menu-items')
    if (!items) return
    const beyond = items.getBoundingClientRect().right + EDGE_PX - document.documentElement.clientWidth
    if (beyond > 0) items.style.translate = `-${beyond}px`
  }, [isOpen])
  const focusButton = (): void => menu.current?.querySelector('button')?.focus()
  const choose = (): void => {
    setOpen(false)
    // Where a dialog that opens gives the focus back to.
    focusButton()
  }
  return (
    <div className="menu" ref={menu}>
      <button type="button" className={className} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {label}
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.6" />
        </svg>
      </button>
      {isOpen && (
        <div className="menu-items" onClick={choose}>
          {children}
        </div>
      )}
    </div>
  )
}
