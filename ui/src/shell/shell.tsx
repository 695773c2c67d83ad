import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { service } from '../service.ts'
import { texts } from '../texts.ts'
import { Icon } from './icons.tsx'
import { Keyboard } from './keyboard.tsx'
import { Mark, useMay, useMe, useSignOut } from './session.tsx'
import { viewAt, VIEWS } from './views.ts'

export function Shell({ children }: { children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  const [path] = useLocation()
  useTitle(path)
  useEffect(() => setOpen(false), [path])
  const main = useRef<HTMLElement>(null)
  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {texts.skip}
      </a>
      <div className="topbar">
        <Brand />
        <button
          type="button"
          className="button icon"
          aria-expanded={isOpen}
          aria-controls="side"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="menu" />
          <span className="hidden">{texts.menu}</span>
        </button>
      </div>
      <div className={isOpen ? 'side open' : 'side'} id="side">
        <Brand />
        <Navigation path={path} />
        <Who />
      </div>
      <main className="main" id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
      <Keyboard />
    </div>
  )
}

function Brand() {
  return (
    <Link href="/" className="brand">
      <Mark />
      {texts.brand}
    </Link>
  )
}

function Navigation({ path }: { path: string }) {
  const may = useMay()
  return (
    <nav aria-label={texts.navigation}>
      {VIEWS.filter(({ scopes }) => scopes.some(may)).map(({ name, path: href }) => {
        const isHere = viewAt(path)?.name === name
        return (
          <Link key={name} href={href} aria-current={isHere ? 'page' : undefined}>
            <Icon name={name} />
            {texts.nav[name]}
          </Link>
        )
      })}
    </nav>
  )
}

function Who() {
  const { key, open, tenant, version } = useMe()
  const signOut = useSignOut()
  return (
    <div className="who">
      {open ? (
        <span>{texts.openService}</span>
      ) : (
        <>
          <span className="breaks">
            {tenant} · {typeof key === 'string' ? key : key?.name}
          </span>
          <button type="button" className="button small" onClick={() => void signOut()}>
            {texts.signOut}
          </button>
        </>
      )}
      <a href={service.url('/docs')}>{texts.apiDocs}</a>
      {version !== '' && (
        <span>
          {texts.version} {version}
        </span>
      )}
    </div>
  )
}

/** The tab of the browser says what the `h1` says. */
function useTitle(path: string): void {
  useEffect(() => {
    const tell = (): void => {
      const heading = document.querySelector('h1')?.textContent
      document.title = heading === null || heading === undefined ? texts.brand : `${heading} · ${texts.brand}`
    }
    tell()
    const observer = new MutationObserver(tell)
    observer.observe(document.body, { childList: true, subtree: true })
    return () => observer.disconnect()
  }, [path])
}
