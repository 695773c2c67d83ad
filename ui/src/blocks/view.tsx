import { NotOffered, PageHead } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

export function BlocksView({ action: _action }: { action: string | null }) {
  return (
    <>
      <PageHead title={texts.nav.blocks} />
      <NotOffered />
    </>
  )
}
