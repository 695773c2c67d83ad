import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useMay } from './session.tsx'

type Props = { scope: string; href: string; className?: string; isRow?: boolean; children: ReactNode }

/** A link where the key may go there, else its text; of a row the one that the keyboard moves to. */
export function MayLink({ scope, href, className = '', isRow = false, children }: Props) {
  const may = useMay()
  if (!may(scope)) return <span className={className}>{children}</span>
  return (
    <Link href={href} className={className} data-row={isRow || undefined}>
      {children}
    </Link>
  )
}
