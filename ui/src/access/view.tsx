import { NotOffered, PageHead } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

export function AccessView() {
  return (
    <>
      <PageHead title={texts.nav.access} />
      <NotOffered />
    </>
  )
}
