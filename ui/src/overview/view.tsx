import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { Command, Loading, Moment, PageHead, Panel, Problem, State } from '../parts/basics.tsx'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useCurl } from '../shell/curl.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import type { JobRow } from '../wire.ts'
import { DefinitionTable, FailureTable, Replicas, SlowTable } from './tables.tsx'
import { Cards } from './cards.tsx'
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
  const hours = SPANS.find(([span]) => String(span) === address.get('hours'))?.[0] ?? 6
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
  const curl = useCurl()
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
      {may('jobs:write') && (
        <>
          <p className="muted">{t.orPost}</p>
          <Command text={curl('/v1/jobs', { steps: [{ action: 'LOGIC.TRUE' }] })} />
        </>
      )}
    </section>
  )
}

function Numbers({ stats, hours }: { stats: Stats; hours: number }) {
  const { minutes = [], failures } = stats
  return (
    <>
      <Cards stats={stats} hours={hours} />
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
        <div className="stack">
          <Panel title={t.failures}>
            <FailureTable failures={failures} since={stats.since} />
          </Panel>
          <Panel title={t.definitions}>
            <DefinitionTable definitions={stats.definitions} since={stats.since} />
          </Panel>
        </div>
        <div className="stack">
          <Panel title={t.slow}>
            <SlowTable actions={stats.actions ?? []} />
          </Panel>
          {stats.replicas !== undefined && (
            <Panel title={t.replicas}>
              <Replicas replicas={stats.replicas} />
            </Panel>
          )}
        </div>
      </div>
    </>
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
