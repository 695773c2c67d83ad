import { NotOffered, PageHead } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

export function DefinitionsView({ name: _name }: { name: string | null }) {
  return (
    <>
      <PageHead title={texts.nav.definitions} />
      <NotOffered />
    </>
  )
}
