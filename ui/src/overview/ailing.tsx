import { useQueries } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Moment, Panel } from '../parts/basics.tsx'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { stateOf, useSchedules } from '../schedules/data.ts'
import { deliveriesOf, healthOf, lastFailure, useWebhooks } from '../webhooks/data.ts'

const t = texts.overview

/** Webhooks that were switched off, and schedules that don't fire: what needs somebody. */
export function Ailing() {
  const may = useMay()
  return (
    <div className="columns">
      {may('webhooks') && <AilingWebhooks />}
      {may('schedules:read') && <AilingSchedules />}
    </div>
  )
}

/** Of so many endpoints the deliveries are looked at. */
const LOOKED_AT = 20

function AilingWebhooks() {
  const { data } = useWebhooks()
  const on = (data ?? []).filter(({ enabled }) => enabled).slice(0, LOOKED_AT)
  const looks = useQueries({ queries: on.map(({ id }) => ({ ...deliveriesOf(id), refetchInterval: 30_000 })) })
  if (data === undefined) return null
  const off = data.filter(({ enabled }) => !enabled)
  const failing = on.flatMap((webhook, i) => {
    const deliveries = looks[i]?.data?.data ?? []
    const last = lastFailure(deliveries)
    return last === null ? [] : [{ ...webhook, health: healthOf(deliveries), last }]
  })
  return (
    <Panel title={t.webhooks}>
      <ul className="panel-body stack tight">
        {off.length + failing.length === 0 && <li className="muted">{t.noWebhooks}</li>}
        {failing.map(({ id, url, health, last }) => (
          <li key={id} className="row">
            <span className="badge bad">{t.fails(health.failed, health.of)}</span>
            <Link href={`/webhooks?id=${encodeURIComponent(id)}`} className="breaks">
              {url}
            </Link>
            <span className="muted small breaks">
              {last.said} <Moment at={last.at} />
            </span>
          </li>
        ))}
        {off.map(({ id, url, disabled_reason: reason }) => (
          <li key={id} className="row">
            <span className={reason === null ? 'badge' : 'badge bad'}>{t.off}</span>
            <Link href={`/webhooks?id=${encodeURIComponent(id)}`} className="breaks">
              {url}
            </Link>
            <span className="muted small">{reason}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function AilingSchedules() {
  const { data } = useSchedules()
  if (data === undefined || data === null) return null
  const late = data.first.filter((schedule) => ['late', 'stopped'].includes(stateOf(schedule)))
  return (
    <Panel title={t.schedules}>
      <ul className="panel-body stack tight">
        {late.length === 0 && data.isAll && <li className="muted">{t.noSchedules}</li>}
        {late.map(({ name, stopped_reason: reason, last_error: error }) => (
          <li key={name} className="row">
            <span className="badge bad">{reason === null || reason === undefined ? t.late : t.stopped}</span>
            <Link href={`/schedules?name=${name}`} className="breaks">
              {name}
            </Link>
            <span className="muted small">{reason ?? error}</span>
          </li>
        ))}
        {!data.isAll && <li className="muted">{texts.ofFirst(data.first.length, texts.nav.schedules)}</li>}
      </ul>
    </Panel>
  )
}
