import { Moment, Nothing } from '../parts/basics.tsx'
import { texts } from '../texts.ts'
import type { Definition } from './data.ts'

const t = texts.definitions

/** The heads of the columns that say when a version was written, and by which key. */
export function WrittenHeads() {
  return (
    <>
      <th>{t.changed}</th>
      <th>{t.by}</th>
    </>
  )
}

export function WrittenCells({ created_at: at, created_by: by }: Pick<Definition, 'created_at' | 'created_by'>) {
  return (
    <>
      <td data-head={t.changed}>
        <Moment at={at} />
      </td>
      <td className="mono breaks" data-head={t.by} data-lead={texts.lead.by}>
        {by ?? <Nothing />}
      </td>
    </>
  )
}
