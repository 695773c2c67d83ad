import type { ReactNode } from 'react'
import { Redirect, useLocation } from 'wouter'
import { Empty, PageHead } from '../parts/basics.tsx'
import { texts } from '../texts.ts'
import { useMay } from './session.tsx'
import { viewAt, VIEWS } from './views.ts'

/** Its children where the key may look there. Whoever comes in at the front door is led to the first view that is theirs. */
export function Allowed({ children }: { children: ReactNode }) {
  const [path] = useLocation()
  const may = useMay()
  const view = viewAt(path)
  if (view === undefined || view.scopes.some(may)) return children
  const own = VIEWS.find(({ scopes }) => scopes.some(may))
  if (path === '/' && own !== undefined) return <Redirect to={own.path} replace />
  return (
    <>
      <PageHead title={texts.nav[view.name]} />
      <Empty title={texts.notAllowed.title}>
        <p>{texts.notAllowed.text(view.scopes)}</p>
      </Empty>
    </>
  )
}
