import type { Delivery } from '@conduit-jobs/client'
import { Moment, State } from '../parts/basics.tsx'
import { duration } from '../parts/format.ts'
import { MayLink } from '../shell/mayLink.tsx'
import { texts } from '../texts.ts'
import { useWebhooks } from './data.ts'

const t = texts.webhooks

type Props = {
  deliveries: readonly Delivery[]
  /** Of one job: where each went, in place of the job. */
  goesTo?: boolean
  mayRedeliver?: (delivery: Delivery) => boolean
  onRedeliver: (delivery: Delivery) => void
}

/** Deliveries with each attempt's answer. */
export function DeliveryTable({ deliveries, goesTo = false, mayRedeliver = () => true, onRedeliver }: Props) {
  return (
    <section className="panel scroll">
      <table className="stacks lines">
        <thead>
          <tr>
            <th>{t.columns.state}</th>
            <th>{t.columns.event}</th>
            <th>{goesTo ? t.columns.to : t.columns.job}</th>
            <th>{t.columns.attempts}</th>
            <th>{t.columns.next}</th>
            <th>
              <span className="hidden">{t.columns.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={delivery.id}>
              <td>
                <State name={delivery.state} />
              </td>
              <td className="mono nowrap" data-head={t.columns.event}>
                {delivery.event_type}
              </td>
              <td className="mono breaks" data-head={goesTo ? t.columns.to : t.columns.job}>
                {goesTo ? (
                  <Goal webhook={delivery.webhook_id} />
                ) : (
                  delivery.job_id !== null && (
                    <MayLink scope="jobs:read" href={`/jobs/${encodeURIComponent(delivery.job_id)}`}>
                      {delivery.job_id}
                    </MayLink>
                  )
                )}
              </td>
              <td data-head={t.columns.attempts}>
                <ol className="small">
                  {delivery.attempts.map(({ at, status_code: code, error, duration_ms: took }) => (
                    <li key={at} className="breaks">
                      <Moment at={at} /> {code ?? ''} {error ?? ''} <span className="muted">{duration(took)}</span>
                    </li>
                  ))}
                </ol>
              </td>
              <td data-head={t.columns.next} data-lead={texts.lead.next}>
                <Moment at={delivery.next_attempt_at} />
              </td>
              <td className="right">
                {mayRedeliver(delivery) && !isOnItsWay(delivery) && (
                  <button type="button" className="button small" onClick={() => onRedeliver(delivery)}>
                    {delivery.state === 'pending' ? t.sendNow : t.redeliver}
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

/** Sent as soon as may be, so that nobody needs to ask for it; what waits for its next attempt waits for hours, it may be. */
function isOnItsWay({ state, attempts, next_attempt_at: next }: Delivery): boolean {
  return state === 'pending' && (attempts.length === 0 || next === null)
}

function Goal({ webhook }: { webhook: string | null }) {
  if (webhook === null) return <span className="muted">{t.callback}</span>
  return <WebhookLink id={webhook} />
}

function WebhookLink({ id }: { id: string }) {
  const { data } = useWebhooks()
  return (
    <MayLink scope="webhooks" href={`/webhooks?id=${encodeURIComponent(id)}`}>
      {data?.find((one) => one.id === id)?.url ?? id}
    </MayLink>
  )
}
