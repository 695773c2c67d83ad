import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { askAgain, isRefused } from '../parts/askAgain.ts'
import { Loading, PageHead, Problem } from '../parts/basics.tsx'
import { Tabs } from '../shell/tabs.tsx'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { texts } from '../texts.ts'
import type { JobView as Job, StepView } from '../wire.ts'
import { Actions } from './actions.tsx'
import { Facts, StateLine, WhyFailed } from './header.tsx'
import { StepPanel } from './stepPanel.tsx'
import { ChildrenTab, DefinitionTab, DeliveriesTab, EventsTab, ValuesTab } from './tabs.tsx'
import { StepTree } from './tree.tsx'
import { type LiveRecord, useRecord } from './useRecord.ts'
import { WaitsFor } from './waiting.tsx'

const t = texts.job
/** Of a job that waits at many places at once so many are told above its steps. */
const WAITS_TOLD = 5

/** A job without its steps; asked for again while it goes on, in case its stream is silent. */
export function useJob(id: string, token?: string) {
  return useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) =>
      service.request<Job>('GET', `/v1/jobs/${encodeURIComponent(id)}`, { query: { steps: false, token }, signal }),
    refetchInterval: (query) => {
      if (isRefused(query.state.error)) return false
      return query.state.data?.finished_at === null ? 5_000 : askAgain(query)
    },
  })
}

/** One job: its state, why it failed, its steps as a timeline, and what can be done with it. */
export function JobView({ id }: { id: string }) {
  const { data: job, error } = useJob(id)
  const live = useRecord(job)
  const [address, change] = useAddress()
  const chosen = address.get('step') ?? job?.failed_step ?? job?.current_step ?? null
  const show = (path: string): void => change({ step: path, tab: null })
  if (job === undefined) {
    return (
      <>
        <BackToJobs />
        <PageHead title={id} />
        {error === null ? <Loading rows={6} /> : <Problem error={error} />}
      </>
    )
  }
  return (
    <>
      <BackToJobs />
      <PageHead
        title={job.name ?? job.id}
        note={
          <StateLine
            job={job}
            isLive={live.isLive && !isRefused(error)}
            isAway={error !== null || live.error !== null}
          />
        }
      >
        {!isRefused(error) && <Actions job={job} step={chosen} waiting={live.record.waiting()} />}
      </PageHead>
      <div className="stack">
        {isRefused(error) && <Problem error={error} title={t.goneTitle} />}
        {job.description && <p className="breaks">{job.description}</p>}
        <Why job={job} live={live} onShow={show} />
        <Facts job={job} />
        <Tabs
          label={t.details}
          tabs={[
            {
              name: 'steps',
              label: t.steps,
              show: () => <Steps job={job} live={live} chosen={chosen} onChoose={(step) => change({ step })} />,
            },
            { name: 'values', label: t.result, show: () => <ValuesTab job={job} /> },
            { name: 'events', label: t.events, show: () => <EventsTab job={job} /> },
            { name: 'deliveries', label: t.deliveries, show: () => <DeliveriesTab job={job} /> },
            { name: 'children', label: t.children, show: () => <ChildrenTab job={job} /> },
            { name: 'definition', label: t.definition, show: () => <DefinitionTab job={job} /> },
          ]}
        />
      </div>
    </>
  )
}

function BackToJobs() {
  return (
    <Link href="/jobs" className="small">
      ← {t.back}
    </Link>
  )
}

export function Why({
  job,
  live,
  onShow,
  token,
}: {
  job: Job
  live: LiveRecord
  onShow: (path: string) => void
  token?: string
}) {
  const path = job.state === 'waiting' ? job.current_step : job.error?.step || job.failed_step
  const step = useStep(job, live, path, token)
  const waiting = live.record.waiting()
  return (
    <>
      <WhyFailed job={job} step={step} onShow={onShow} />
      {job.finished_at === null && (
        <WaitsFor steps={(waiting.length > 0 ? waiting : [step ?? []].flat()).slice(0, WAITS_TOLD)} onShow={onShow} />
      )}
    </>
  )
}

/** A step: from the record where it is there already, else by itself. */
function useStep(job: Job, live: LiveRecord, path: string | null, token?: string): StepView | undefined {
  const known = path === null ? undefined : live.record.step(path)
  const { data } = useQuery({
    queryKey: ['job', job.id, 'step', path, job.state],
    queryFn: () =>
      service.request<StepView>(
        'GET',
        `/v1/jobs/${encodeURIComponent(job.id)}/steps/${encodeURIComponent(path ?? '')}`,
        { query: { token } },
      ),
    enabled: path !== null && known === undefined,
  })
  return known ?? data
}

type StepsProps = {
  job: Job
  live: LiveRecord
  chosen: string | null
  onChoose: (path: string) => void
  token?: string
}

export function Steps({ job, live, chosen, onChoose, token }: StepsProps) {
  const step = useStep(job, live, chosen, token)
  const top = live.record.below(null)
  if (live.error !== null && top === undefined) return <Problem error={live.error} />
  if (top === undefined) return <Loading rows={6} />
  if (top.length === 0) return live.record.isComplete(null) ? <p className="muted">{t.noSteps}</p> : <Loading />
  return (
    <div className="record">
      <section className="panel" aria-label={t.timeline}>
        {/* What was read stays in sight while the service is away. */}
        {live.error !== null && <Problem error={live.error} />}
        <StepTree job={job} live={live} chosen={chosen} onChoose={onChoose} />
        <p className="legend small muted">
          <i className="queue" /> {t.legend.queue} <i className="run" /> {t.legend.run} <i className="wait" />{' '}
          {t.legend.wait} <i className="backoff" /> {t.legend.backoff}
        </p>
      </section>
      <StepPanel step={step} jobId={job.id} />
    </div>
  )
}
