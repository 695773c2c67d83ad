import { useState } from 'react'
import { Empty, Loading, PageHead, Problem } from '../parts/basics.tsx'
import { plural } from '../parts/format.ts'
import { useCurl } from '../shell/curl.ts'
import { type ChangeAddress, useAddress } from '../shell/address.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import type { JobRow } from '../wire.ts'
import { FilterBar } from './filterBar.tsx'
import { filtersIn } from './filters.ts'
import { ManyBar } from './manyBar.tsx'
import { useRows } from './rows.ts'
import { JobTable, titleOf } from './table.tsx'

const t = texts.jobs
const NONE: ReadonlySet<string> = new Set()

/** The list of jobs: found, looked through, and many handled at once. */
export function JobsView() {
  const [address, changeAddress] = useAddress()
  const change: ChangeAddress = (changes) => changeAddress(changes, 'step')
  const set = filtersIn(address)
  const isOldestFirst = address.get('order') === 'created_at'
  const list = useRows(set, isOldestFirst)
  const may = useMay()
  const [chosen, setChosen] = useState<{ readonly of: string; readonly ids: ReadonlySet<string> } | null>(null)
  // What was chosen in another list is in sight no longer.
  const of = JSON.stringify(set)
  const selected = chosen?.of === of ? chosen.ids : NONE
  const setSelected = (ids: ReadonlySet<string>): void => setChosen({ of, ids })
  return (
    <>
      <PageHead title={texts.nav.jobs} />
      <div className="stack">
        <FilterBar set={set} isOldestFirst={isOldestFirst} change={change} />
        {list.error !== null && <Problem error={list.error} />}
        <section className="panel">
          {selected.size > 0 && (
            <ManyBar
              ids={[...selected]}
              set={set}
              onDone={() => {
                setSelected(NONE)
                void list.refresh()
              }}
            />
          )}
          {list.rows.length > 0 && !(isOldestFirst && list.isLive) && (
            <Fresh jobs={list.fresh} isLive={list.isLive} onShow={() => void list.refresh()} />
          )}
          {list.isPending && <Loading rows={6} />}
          {!list.isPending && list.rows.length === 0 && list.error === null && <None isFiltered={set.length > 0} />}
          {list.rows.length > 0 && (
            <JobTable
              rows={list.rows}
              selected={may('jobs:write') ? selected : null}
              onSelect={setSelected}
              change={change}
            />
          )}
        </section>
        {list.hasMore && (
          <button type="button" className="button" disabled={list.isFetchingMore} onClick={list.more}>
            {texts.more}
          </button>
        )}
      </div>
    </>
  )
}

/** What is new, told in a line that is always there, so that no row moves under the hand. */
function Fresh({ jobs, isLive, onShow }: { jobs: readonly JobRow[]; isLive: boolean; onShow: () => void }) {
  if (!isLive) return <p className="fresh bad">{t.notLive}</p>
  if (jobs.length === 0) return <p className="fresh muted">{t.upToDate}</p>
  return (
    <button type="button" className="fresh some" onClick={onShow}>
      <strong>{t.fresh(plural(jobs.length, 'new job'))}</strong>{' '}
      <span className="cut">{jobs.map(titleOf).join(', ')}</span>
    </button>
  )
}

function None({ isFiltered }: { isFiltered: boolean }) {
  const may = useMay()
  const curl = useCurl()
  if (isFiltered)
    return (
      <Empty title={t.none}>
        <p>{t.noneText}</p>
      </Empty>
    )
  return (
    <Empty
      title={t.noneYet}
      command={may('jobs:write') ? curl('/v1/jobs', { steps: [{ action: 'LOGIC.TRUE' }] }) : undefined}
    >
      <p>{t.noneYetText}</p>
    </Empty>
  )
}
