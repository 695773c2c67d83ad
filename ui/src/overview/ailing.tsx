import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Panel } from '../parts/basics.tsx'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { useSchedules } from '../schedules/data.ts'

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

function AilingWebhooks() {
  const { data } = useQuery({
    queryKey: ['webhooks'],
    queryFn: () => Array.fromAsync(service.webhooks.list()),
    refetchInterval: 30_000,
  })
  if (data === undefined) return null
  const off = data.filter(({ enabled }) => !enabled)
  return (
    <Panel title={t.webhooks}>
      <ul className="panel-body stack tight">
        {off.length === 0 && <li className="muted">{t.noWebhooks}</li>}
        {off.map(({ id, url, disabled_reason: reason }) => (
          <li key={id} className="row">
            <span className={reason === null ? 'badge' : 'badge bad'}>off</span>
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
  const late = data.filter(
    ({ enabled, stopped_reason: stopped, next_run_at: next }) =>
      (enabled && typeof stopped === 'string') || (enabled && next !== null && Date.parse(next) < Date.now() - 10_000),
  )
  return (
    <Panel title={t.schedules}>
      <ul className="panel-body stack tight">
        {late.length === 0 && <li className="muted">{t.noSchedules}</li>}
        {late.map(({ name, stopped_reason: reason }) => (
          <li key={name} className="row">
            <span className="badge bad">{reason === null || reason === undefined ? 'late' : 'stopped'}</span>
            <Link href="/schedules" className="breaks">
              {name}
            </Link>
            <span className="muted small">{reason}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
