import { useState } from 'react'
import { Link } from 'wouter'
import { JobLink } from '../job/header.tsx'
import { Empty, Loading, Moment, Nothing, Problem } from '../parts/basics.tsx'
import { More, usePages } from '../parts/pages.tsx'
import { addressOf, service } from '../service.ts'
import { texts } from '../texts.ts'

const t = texts.access

/** Who changed what for others, newest first. */
export function AuditTab() {
  const [action, setAction] = useState('')
  const list = service.audit.list({ limit: 50, ...(action === '' ? {} : { action }) })
  const { rows, error, more } = usePages(['audit', action], (cursor) => list.page(cursor))
  return (
    <div className="stack">
      <label className="field narrow-field">
        <span>{t.action}</span>
        <input
          className="input"
          placeholder="job.cancelled"
          data-search
          onKeyDown={(event) => event.key === 'Enter' && setAction(event.currentTarget.value.trim())}
          onBlur={({ target }) => setAction(target.value.trim())}
        />
      </label>
      {error !== null && <Problem error={error} />}
      {rows === undefined && error === null && <Loading />}
      {rows?.length === 0 && <None isFiltered={action !== ''} />}
      {rows !== undefined && rows.length > 0 && (
        <section className="panel scroll" tabIndex={0} aria-label={t.audit}>
          <table>
            <thead>
              <tr>
                <th>{t.at}</th>
                <th>{t.action}</th>
                <th>{t.actor}</th>
                <th>{t.subject}</th>
                <th>{t.details}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ at, action: what, actor, subject, details }, i) => (
                <tr key={`${at} ${i}`}>
                  <td>
                    <Moment at={at} />
                  </td>
                  <td className="mono nowrap">{what}</td>
                  <td className="mono breaks">{actor}</td>
                  <td className="mono breaks">
                    <Subject of={what} id={subject} />
                  </td>
                  <td className="mono breaks small">{details === null ? <Nothing /> : JSON.stringify(details)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <More more={more} />
    </div>
  )
}

/** What it was done to; a job, a definition leads to its page. */
function Subject({ of, id }: { of: string; id: string }) {
  if (of.startsWith('job.') && of !== 'job.deleted') return <JobLink id={id} />
  if (of.startsWith('definition.')) return <Link href={`/definitions/${encodeURIComponent(id)}`}>{id}</Link>
  return id
}

function None({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title={t.noAuditOfAction}>
        <p>{t.noAuditOfActionText}</p>
      </Empty>
    )
  const command = `curl -s ${addressOf('/v1/jobs')} -H 'content-type: application/json' -d '{"steps":[{"action":"LOGIC.TRUE"}]}'`
  return (
    <Empty title={t.noAudit} command={command}>
      <p>{t.noAuditText}</p>
    </Empty>
  )
}
