import { Link, useLocation } from 'wouter'
import { Moment, State, Took } from '../parts/basics.tsx'
import { texts } from '../texts.ts'
import type { JobRow } from '../wire.ts'

const t = texts.jobs

type TableProps = {
  rows: readonly JobRow[]
  /** The ids of those that are chosen; null: none can be. */
  selected: ReadonlySet<string> | null
  onSelect: (ids: ReadonlySet<string>) => void
  change: (changes: Record<string, string>) => void
}

/** Jobs as rows, each to be chosen where something can be done with many. */
export function JobTable({ rows, selected, onSelect, change }: TableProps) {
  const toggle = (id: string): void => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  const all = rows.every(({ id }) => selected?.has(id))
  return (
    <div className="scroll">
      <table className="jobs">
        <thead>
          <tr>
            {selected !== null && (
              <th className="pick">
                <label>
                  <input
                    type="checkbox"
                    aria-label={t.selectAll}
                    checked={all}
                    onChange={() => onSelect(new Set(all ? [] : rows.map(({ id }) => id)))}
                  />
                  <span>{t.selectAll}</span>
                </label>
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
          {rows.map((job) => (
            <Row
              key={job.id}
              job={job}
              isSelected={selected?.has(job.id) === true}
              onSelect={selected === null ? null : () => toggle(job.id)}
              change={change}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What a job is called: by its name, its definition's, else its id. */
export function titleOf(job: JobRow): string {
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
          <bdi>{titleOf(job)}</bdi>
        </Link>
        {(job.name ?? job.definition?.name ?? null) !== null && <code className="muted cut id">{job.id}</code>}
        {error !== null && error !== undefined ? (
          <p className="why small" title={error.message ?? ''}>
            {error.step !== '' && (
              <bdi>
                <code>{error.step}</code>
              </bdi>
            )}{' '}
            {error.type ?? error.status}: <bdi>{error.message}</bdi>
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
