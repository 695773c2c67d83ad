import { useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { Link } from 'wouter'
import { Moment } from '../parts/basics.tsx'
import { plural, rate } from '../parts/format.ts'
import { service } from '../service.ts'
import { texts } from '../texts.ts'
import { counted, isCut, type Stats } from './stats.ts'

const t = texts.overview

/** What is not over, whenever it came, and what ended since a moment; each leads to the jobs that were counted. */
export function Cards({ stats, hours }: { stats: Stats; hours: number }) {
  const { states, open = states } = stats
  const waiting = Object.entries(stats.waiting ?? {}).filter(([, kind]) => kind > 0)
  // What is counted since a moment is listed since then.
  const listOf = (states: string): string =>
    `/jobs?${new URLSearchParams({ state: states, created_after: stats.since })}`
  const ended = (states['succeeded'] ?? 0) + (states['failed'] ?? 0) + (states['cancelled'] ?? 0)
  return (
    <>
      {isCut(stats, hours) && (
        <p className="muted">
          {t.cut} <Moment at={stats.since} />.
        </p>
      )}
      <div className="cards">
        <Card label={t.queued} value={open['queued']} href="/jobs?state=queued">
          {stats.oldest_queued_at === null ? (
            t.noneQueued
          ) : (
            <>
              {t.oldest} <Moment at={stats.oldest_queued_at} />
            </>
          )}
        </Card>
        <Card label={t.running} value={open['running']} href="/jobs?state=running">
          {stats.replicas !== undefined && plural(stats.replicas.length, 'replica')}
        </Card>
        <Card label={t.waiting} value={open['waiting']} href="/jobs?state=waiting">
          {waiting.map(([kind, jobs], i) => (
            <Fragment key={kind}>
              {i > 0 && ' · '}
              <span className="nowrap">{`${kind} ${counted(jobs)}`}</span>
            </Fragment>
          ))}
          {(open['waiting'] ?? 0) > 0 && <OldestWaiting />}
        </Card>
        <Card label={t.failed} value={states['failed']} href={listOf('failed')} isBad={(states['failed'] ?? 0) > 0}>
          {isCut(stats, hours) ? (
            <>
              {t.countedSince} <Moment at={stats.since} />
            </>
          ) : (
            t.lastHours(plural(hours, 'hour'))
          )}
        </Card>
        <Card label={t.finished} value={ended} href={listOf('succeeded,failed,cancelled')}>
          {t.perMinute(rate(stats.finished_per_minute))}
        </Card>
      </div>
    </>
  )
}

/** Of those that wait: one row of the list, from its other end. */
function OldestWaiting() {
  const { data } = useQuery({
    queryKey: ['jobs', 'waiting', 'oldest'],
    queryFn: () => service.jobs.list({ state: 'waiting', order: 'created_at', limit: 1 }).page(),
    refetchInterval: 10_000,
  })
  const oldest = data?.data[0]
  if (oldest === undefined) return null
  return (
    <>
      {' · '}
      {t.oldestMade} <Moment at={oldest.created_at} />
    </>
  )
}

function Card(props: {
  label: string
  value: number | undefined
  href: string
  isBad?: boolean
  children: React.ReactNode
}) {
  return (
    <Link href={props.href} className="panel card">
      <span className="muted">{props.label}</span>
      <strong className={props.isBad === true ? 'numbers bad' : 'numbers'}>{counted(props.value ?? 0)}</strong>
      <span className="muted small">{props.children}</span>
    </Link>
  )
}
