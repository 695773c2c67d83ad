import { NotOffered, PageHead } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

export function WebhooksView() {
  return (
    <>
      <PageHead title={texts.nav.webhooks} />
      <NotOffered />
    </>
  )
}
