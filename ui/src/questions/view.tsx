import { NotOffered, PageHead } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

export function QuestionsView() {
  return (
    <>
      <PageHead title={texts.nav.questions} />
      <NotOffered />
    </>
  )
}
