import { NotOffered, PageHead } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

export function EditorView() {
  return (
    <>
      <PageHead title={texts.nav.editor} />
      <NotOffered />
    </>
  )
}
