import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { Empty, Loading, Moment, PageHead, Problem, State, Took } from '../parts/basics.tsx'
import { plural } from '../parts/format.ts'
import { addressOf } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import type { JobRow } from '../wire.ts'
import { FilterBar } from './filterBar.tsx'
import { filtersIn } from './filters.ts'
import { ManyBar } from './manyBar.tsx'
import { useRows } from './rows.ts'

const t = texts.jobs

/** The list of jobs: found, looked through, and many handled at once. */
export function JobsView() {
  const [address, change] = useAddress()
  const set = filtersIn(address)
  const list = useRows(set)
  const may = useMay()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string): void => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    setSelected(next)
  }
  const all = list.rows.length > 0 && list.rows.every(({ id }) => selected.has(id))
  return (
    <>
      <PageHead title={texts.nav.jobs} />
      <div className="stack">
        <FilterBar set={set} change={change} />
        {list.error !== null && <Problem error={list.error} />}
        <section className="panel">
          {selected.size > 0 && (
            <ManyBar
              ids={[...selected]}
              set={set}
              onDone={() => {
                setSelected(new Set())
                void list.refresh()
              }}
            />
          )}
          {list.rows.length > 0 && <Fresh jobs={list.fresh} isLive={list.isLive} onShow={() => void list.refresh()} />}
          {list.isPending && <Loading rows={6} />}
          {!list.isPending && list.rows.length === 0 && list.error === null && <None isFiltered={set.length > 0} />}
          {list.rows.length > 0 && (
            <div className="scroll">
              <table className="jobs">
                <thead>
                  <tr>
                    {may('jobs:write') && (
                      <th className="pick">
                        <input
                          type="checkbox"
                          aria-label={t.selectAll}
                          checked={all}
                          onChange={() => setSelected(new Set(all ? [] : list.rows.map(({ id }) => id)))}
                        />
                      </th>
                    )}
                    <th>{t.state}</th>
                    <th>{t.job}</th>
                    <th>{t.labels}</th>
                    <th>{t.created}</th>
                    <th className="right">{t.took}</th>
                  </tr>
                </thead>
                <tbody>
                  {list.rows.map((job) => (
                    <Row
                      key={job.id}
                      job={job}
                      isSelected={selected.has(job.id)}
                      onSelect={may('jobs:write') ? () => toggle(job.id) : null}
                      change={change}
                    />
                  ))}
                </tbody>
              </table>
            </div>
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

function titleOf(job: JobRow): string {
  return job.name ?? job.definition?.name ?? job.id
}

type RowProps = {
  job: JobRow
  isSelected: boolean
  onSelect: (() => void) | null
  change: (changes: Record<string, string>) => void
}

function Row({ job, isSelected, onSelect, change }: RowProps) {
  const [, navigate] = useLocation()
  const address = `/jobs/${encodeURIComponent(job.id)}`
  const { error } = job
  return (
    <tr aria-selected={isSelected} onDoubleClick={() => navigate(address)}>
      {onSelect !== null && (
        <td className="pick">
          <input type="checkbox" aria-label={t.select(job.name ?? job.id)} checked={isSelected} onChange={onSelect} />
        </td>
      )}
      <td>
        <State name={job.state} />
      </td>
      <td className="what">
        <Link href={address} data-row className="breaks name">
          {titleOf(job)}
        </Link>
        {(job.name ?? job.definition?.name ?? null) !== null && <code className="muted cut id">{job.id}</code>}
        {error !== null && error !== undefined ? (
          <p className="why small" title={error.message ?? ''}>
            <code>{error.step}</code> {error.type ?? error.status}: {error.message}
          </p>
        ) : (
          job.failed_step !== null && (
            <p className="why small">
              <code>{job.failed_step}</code>
            </p>
          )
        )}
      </td>
      <td className="labels">
        <div className="row tight">
          {Object.entries(job.metadata).map(([key, value]) => (
            <button key={key} type="button" className="chip" onClick={() => change({ [`metadata.${key}`]: value })}>
              {key}={value}
            </button>
          ))}
        </div>
      </td>
      <td className="made">
        <Moment at={job.created_at} />
      </td>
      <td className="right took">
        <Took from={job.started_at} to={job.finished_at} />
      </td>
    </tr>
  )
}

function None({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title={t.none}>
        <p>{t.noneText}</p>
      </Empty>
    )
  const command = `curl -s ${addressOf('/v1/jobs')} -H 'content-type: application/json' -d '{"steps":[{"action":"LOGIC.TRUE"}]}'`
  return (
    <Empty title={t.noneYet} command={command}>
      <p>{t.noneYetText}</p>
    </Empty>
  )
}
