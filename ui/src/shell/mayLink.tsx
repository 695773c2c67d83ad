import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useMay } from './session.tsx'

type Props = { scope: string; href: string; className?: string; children: ReactNode }

/** A link where the key may go there, else its text. */
export function MayLink({ scope, href, className = '', children }: Props) {
  const may = useMay()
  if (!may(scope)) return <span className={className}>{children}</span>
  return (
    <Link href={href} className={className}>
      {children}
    </Link>
  )
}
