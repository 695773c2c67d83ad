import type { Delivery } from '@conduit-jobs/client'
import { Link } from 'wouter'
import { Moment, State } from '../parts/basics.tsx'
import { duration } from '../parts/format.ts'

/** Deliveries with each attempt's answer. */
export function DeliveryTable({
  deliveries,
  onRedeliver,
}: {
  deliveries: readonly Delivery[]
  onRedeliver: ((id: string) => void) | null
}) {
  return (
    <section className="panel scroll">
      <table>
        <thead>
          <tr>
            <th>State</th>
            <th>Event</th>
            <th>Job</th>
            <th>Attempts</th>
            <th>Next</th>
            <th>
              <span className="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={delivery.id}>
              <td>
                <State name={delivery.state} />
              </td>
              <td className="mono nowrap">{delivery.event_type}</td>
              <td className="mono breaks">
                {delivery.job_id !== null && (
                  <Link href={`/jobs/${encodeURIComponent(delivery.job_id)}`}>{delivery.job_id}</Link>
                )}
              </td>
              <td>
                <ol className="small">
                  {delivery.attempts.map(({ at, status_code: code, error, duration_ms: took }) => (
                    <li key={at} className="breaks">
                      <Moment at={at} /> {code ?? ''} {error ?? ''} <span className="muted">{duration(took)}</span>
                    </li>
                  ))}
                </ol>
              </td>
              <td>{delivery.next_attempt_at !== null && <Moment at={delivery.next_attempt_at} />}</td>
              <td className="right">
                {onRedeliver !== null && delivery.state !== 'pending' && (
                  <button type="button" className="button small" onClick={() => onRedeliver(delivery.id)}>
                    Redeliver
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
