import { NotOffered, PageHead } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

export function SchedulesView() {
  return (
    <>
      <PageHead title={texts.nav.schedules} />
      <NotOffered />
    </>
  )
}
