import { JobLink } from '../job/header.tsx'
import { Empty, Loading, Moment, Nothing, Problem } from '../parts/basics.tsx'
import { More, usePages } from '../parts/pages.tsx'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useCurl } from '../shell/curl.ts'
import { MayLink } from '../shell/mayLink.tsx'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'

const t = texts.access

/** Who changed what for others, newest first; of one action, of one thing, as the address says. */
export function AuditTab() {
  const [address, change] = useAddress()
  const [action, subject] = [address.get('action') ?? '', address.get('subject') ?? '']
  const list = service.audit.list({
    limit: 50,
    ...(action === '' ? {} : { action }),
    ...(subject === '' ? {} : { subject }),
  })
  const { rows, error, more } = usePages(['audit', action, subject], (cursor) => list.page(cursor))
  return (
    <div className="stack">
      <div className="fields">
        <Filter
          label={t.action}
          example="job.cancelled"
          value={action}
          onChange={(next) => change({ action: next }, 'step')}
        />
        <Filter
          label={t.subject}
          example="order-77"
          value={subject}
          onChange={(next) => change({ subject: next }, 'step')}
        />
      </div>
      {error !== null && <Problem error={error} />}
      {rows === undefined && error === null && <Loading />}
      {rows?.length === 0 && <None isFiltered={action !== '' || subject !== ''} />}
      {rows !== undefined && rows.length > 0 && (
        <section className="panel scroll" tabIndex={0} aria-label={t.audit}>
          <table className="stacks lines">
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
                  <td data-head={t.at}>
                    <Moment at={at} />
                  </td>
                  <td className="mono nowrap" data-head={t.action}>
                    {what}
                  </td>
                  <td className="mono breaks" data-head={t.actor} data-lead={texts.lead.by}>
                    {actor}
                  </td>
                  <td className="mono breaks" data-head={t.subject}>
                    <Subject of={what} id={subject} />
                  </td>
                  <td className="mono breaks small" data-head={t.details}>
                    {details === null ? <Nothing /> : JSON.stringify(details)}
                  </td>
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

type FilterProps = { label: string; example: string; value: string; onChange: (value: string) => void }

/** Holds once it is left, or by Enter. */
function Filter({ label, example, value, onChange }: FilterProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        placeholder={example}
        data-search
        defaultValue={value}
        onKeyDown={(event) => event.key === 'Enter' && onChange(event.currentTarget.value.trim())}
        onBlur={({ target }) => onChange(target.value.trim())}
      />
    </label>
  )
}

/** What it was done to; a job, a definition leads to its page. */
function Subject({ of, id }: { of: string; id: string }) {
  if (of.startsWith('job.') && of !== 'job.deleted') return <JobLink id={id} />
  if (of.startsWith('definition.'))
    return (
      <MayLink scope="definitions:read" href={`/definitions/${encodeURIComponent(id)}`}>
        {id}
      </MayLink>
    )
  return id
}

function None({ isFiltered }: { isFiltered: boolean }) {
  const may = useMay()
  const curl = useCurl()
  if (isFiltered)
    return (
      <Empty title={t.noAuditOfThese}>
        <p>{t.noAuditOfTheseText}</p>
      </Empty>
    )
  const command = may('jobs:write') ? curl('/v1/jobs', { steps: [{ action: 'LOGIC.TRUE' }] }) : undefined
  return (
    <Empty title={t.noAudit} command={command}>
      <p>{t.noAuditText}</p>
    </Empty>
  )
}
