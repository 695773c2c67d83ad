import { useMutation, useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { Link, useLocation } from 'wouter'
import { Command, Loading, Moment, PageHead, Panel, Problem, State } from '../parts/basics.tsx'
import { number, plural, rate } from '../parts/format.ts'
import { addressOf, service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import type { JobRow } from '../wire.ts'
import { DefinitionTable, FailureTable, Replicas, SlowTable } from './tables.tsx'
import { MinutesChart } from './chart.tsx'
import { EXAMPLE } from './example.ts'
import { Ailing } from './ailing.tsx'
import { type Stats, useStats } from './stats.ts'

const t = texts.overview
const SPANS = [
  [1, t.hour],
  [6, t.hours],
  [24, t.day],
] as const

/** What waits and since when, what runs, what failed, and what needs somebody. */
export function OverviewView() {
  const [address, change] = useAddress()
  const hours = Number(address.get('hours') ?? 6)
  const stats = useStats(hours)
  const newest = useQuery({
    queryKey: ['jobs', 'any'],
    queryFn: () => service.jobs.list({ limit: 1 }).page(),
    refetchInterval: 10_000,
  })
  const isFresh = newest.data?.data.length === 0
  return (
    <>
      <PageHead title={texts.nav.overview}>
        <div className="row tight" role="group" aria-label={t.since}>
          {SPANS.map(([span, label]) => (
            <button
              key={span}
              type="button"
              className="chip"
              aria-pressed={span === hours}
              onClick={() => change({ hours: span === 6 ? null : String(span) })}
            >
              {label}
            </button>
          ))}
        </div>
      </PageHead>
      <div className="stack">
        {isFresh && <Welcome />}
        {(stats.error ?? newest.error) !== null && <Problem error={stats.error ?? newest.error} />}
        {stats.isPending ? (
          <Loading />
        ) : stats.data === null ? (
          <RecentFailures />
        ) : (
          stats.data && <Numbers stats={stats.data} hours={hours} />
        )}
        <Ailing />
      </div>
    </>
  )
}

function Welcome() {
  const [, navigate] = useLocation()
  const may = useMay()
  const run = useMutation({
    mutationFn: () => service.jobs.submit(EXAMPLE),
    onSuccess: ({ id }) => navigate(`/jobs/${encodeURIComponent(id)}`),
  })
  return (
    <section className="panel welcome">
      <h2>{t.welcome}</h2>
      <p className="muted">{t.welcomeText}</p>
      {may('jobs:write') && (
        <button type="button" className="button primary" disabled={run.isPending} onClick={() => run.mutate()}>
          {t.runExample}
        </button>
      )}
      {run.error !== null && <Problem error={run.error} />}
      <p className="muted">{t.orPost}</p>
      <Command
        text={`curl -s ${addressOf('/v1/jobs')} -H 'content-type: application/json' -d '{"steps":[{"action":"LOGIC.TRUE"}]}'`}
      />
    </section>
  )
}

function Numbers({ stats, hours }: { stats: Stats; hours: number }) {
  const { states, minutes = [], failures } = stats
  const count = (state: string): number => states[state] ?? 0
  const waiting = Object.entries(stats.waiting ?? {}).filter(([, kind]) => kind > 0)
  // What is counted since a moment is listed since then.
  const listOf = (states: string): string =>
    `/jobs?${new URLSearchParams({ state: states, created_after: stats.since })}`
  const ended = count('succeeded') + count('failed') + count('cancelled')
  return (
    <>
      <div className="cards">
        <Card label={t.queued} value={count('queued')} href="/jobs?state=queued">
          {stats.oldest_queued_at === null ? (
            t.noneQueued
          ) : (
            <>
              {t.oldest} <Moment at={stats.oldest_queued_at} />
            </>
          )}
        </Card>
        <Card label={t.running} value={count('running')} href="/jobs?state=running">
          {stats.replicas !== undefined && plural(stats.replicas.length, 'replica')}
        </Card>
        <Card label={t.waiting} value={count('waiting')} href="/jobs?state=waiting">
          {waiting.map(([kind, jobs], i) => (
            <Fragment key={kind}>
              {i > 0 && ' · '}
              <span className="nowrap">{`${kind} ${number(jobs)}`}</span>
            </Fragment>
          ))}
          {count('waiting') > 0 && <OldestWaiting />}
        </Card>
        <Card label={t.failed} value={count('failed')} href={listOf('failed')} isBad={count('failed') > 0}>
          {t.lastHours(SPANS.find(([span]) => span === hours)?.[1] ?? `${hours} h`)}
        </Card>
        <Card label={t.finished} value={ended} href={listOf('succeeded,failed,cancelled')}>
          {t.perMinute(rate(stats.finished_per_minute))}
        </Card>
      </div>
      <Panel
        title={t.chart}
        end={
          <span className="legend small">
            <i className="good" /> finished <i className="bad" /> failed
          </span>
        }
      >
        <MinutesChart minutes={minutes} hours={hours} />
      </Panel>
      <div className="columns">
        <Panel title={t.failures}>
          <FailureTable failures={failures} since={stats.since} />
        </Panel>
        <Panel title={t.slow}>
          <SlowTable actions={stats.actions ?? []} />
        </Panel>
      </div>
      <div className="columns">
        <Panel title={t.definitions}>
          <DefinitionTable definitions={stats.definitions} since={stats.since} />
        </Panel>
        {stats.replicas !== undefined && (
          <Panel title={t.replicas}>
            <Replicas replicas={stats.replicas} />
          </Panel>
        )}
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

function Card(props: { label: string; value: number; href: string; isBad?: boolean; children: React.ReactNode }) {
  return (
    <Link href={props.href} className="panel card">
      <span className="muted">{props.label}</span>
      <strong className={props.isBad === true ? 'numbers bad' : 'numbers'}>{number(props.value)}</strong>
      <span className="muted small">{props.children}</span>
    </Link>
  )
}

/** For a service that keeps no numbers. */
function RecentFailures() {
  const { data } = useQuery({
    queryKey: ['jobs', 'failed'],
    queryFn: () => service.jobs.list({ state: 'failed', limit: 10 }).page(),
    refetchInterval: 10_000,
  })
  return (
    <Panel title={t.recent}>
      {data === undefined ? (
        <Loading />
      ) : data.data.length === 0 ? (
        <p className="muted panel-body">{t.noFailures}</p>
      ) : (
        <ul className="panel-body stack tight">
          {data.data.map((job: JobRow) => (
            <li key={job.id} className="row">
              <State name={job.state} />
              <Link href={`/jobs/${encodeURIComponent(job.id)}`} data-row className="breaks">
                {job.name ?? job.id}
              </Link>
              <span className="muted small">
                <Moment at={job.created_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
