import type { Delivery } from '@conduit-jobs/client'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Empty, Loading, Moment, Nothing, Problem, State } from '../parts/basics.tsx'
import { useCurl } from '../shell/curl.ts'
import { JsonView } from '../parts/json.tsx'
import { More, usePages } from '../parts/pages.tsx'
import { DeliveryTable } from '../webhooks/deliveryTable.tsx'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'
import type { JobRow, JobView, StepView } from '../wire.ts'
import { definitionOf } from './definition.ts'
import { JobLink } from './header.tsx'

const t = texts.job
const EVENTS_A_PAGE = 200

export function ValuesTab({ job }: { job: JobView }) {
  return (
    <div className="stack">
      <Value title={t.output} value={job.output} />
      <Value title={t.variables} value={job.variables} />
      <Value title={t.locals} value={job.local_values} />
    </div>
  )
}

function Value({ title, value }: { title: string; value: unknown }) {
  return (
    <section className="stack tight">
      <h2>{title}</h2>
      <JsonView value={value} label={title} />
    </section>
  )
}

type StoredEvent = { type: string; seq: number; timestamp: string; data: { step?: StepView; job?: JobView } }

export function EventsTab({ job, token }: { job: JobView; token?: string }) {
  const pages = useInfiniteQuery({
    queryKey: ['job', job.id, 'events'],
    queryFn: ({ pageParam }) =>
      service.request<{ data: readonly StoredEvent[] }>('GET', `/v1/jobs/${encodeURIComponent(job.id)}/events`, {
        query: { after: pageParam, limit: EVENTS_A_PAGE, token },
      }),
    initialPageParam: 0,
    getNextPageParam: ({ data }) => (data.length < EVENTS_A_PAGE ? null : data.at(-1)?.seq),
    ...(job.finished_at === null ? { refetchInterval: 3_000 } : {}),
  })
  if (pages.error !== null) return <Problem error={pages.error} />
  if (pages.data === undefined) return <Loading />
  return (
    <div className="stack tight">
      <section className="panel scroll" tabIndex={0} aria-label={t.events}>
        <table className="stacks lines">
          <thead>
            <tr>
              <th className="right">{t.eventColumns.seq}</th>
              <th>{t.eventColumns.type}</th>
              <th>{t.eventColumns.step}</th>
              <th>{t.eventColumns.status}</th>
              <th>{t.eventColumns.at}</th>
            </tr>
          </thead>
          <tbody>
            {pages.data.pages
              .flatMap(({ data }) => data)
              .map(({ type, seq, timestamp, data }) => (
                <tr key={seq}>
                  <td className="right numbers" data-head={t.eventColumns.seq}>
                    {seq}
                  </td>
                  <td className="mono" data-head={t.eventColumns.type}>
                    {type}
                  </td>
                  <td className="breaks" data-head={t.eventColumns.step}>
                    {data.step?.path ?? <Nothing />}
                  </td>
                  <td data-head={t.eventColumns.status}>
                    <State name={data.step?.status.name ?? data.job?.state ?? 'NONE'} />
                  </td>
                  <td data-head={t.eventColumns.at}>
                    <Moment at={timestamp} />
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </section>
      <More more={pages.hasNextPage ? () => void pages.fetchNextPage() : null} />
    </div>
  )
}

export function DeliveriesTab({ job }: { job: JobView }) {
  const queries = useQueryClient()
  const may = useMay()
  const say = useSay()
  const key = ['job', job.id, 'deliveries']
  const list = service.jobs.deliveries(job.id, may('webhooks') ? { include: 'webhooks' } : {})
  const { rows, error, more } = usePages(key, (cursor) => list.page(cursor), {
    refetchInterval: job.finished_at === null ? 5_000 : 30_000,
  })
  const again = useMutation({
    mutationFn: ({ id, webhook_id: webhook }: Delivery) =>
      webhook === null ? service.jobs.redeliver(job.id, id) : service.webhooks.redeliver(webhook, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    onError: say,
  })
  if (error !== null) return <Problem error={error} />
  if (rows === undefined) return <Loading />
  if (rows.length === 0) return <NoDeliveries />
  return (
    <div className="stack tight">
      <DeliveryTable
        deliveries={rows}
        goesTo
        mayRedeliver={({ webhook_id: webhook }) => webhook !== null || may('jobs:write')}
        onRedeliver={(delivery) => again.mutate(delivery)}
      />
      <More more={more} />
    </div>
  )
}

function NoDeliveries() {
  const curl = useCurl()
  const job = {
    steps: [{ action: 'LOGIC.TRUE' }],
    on_job_finish: { url: 'https://example.com/done' },
  }
  return (
    <Empty title={t.noDeliveries} command={curl('/v1/jobs', job)}>
      <p>{t.noDeliveriesText}</p>
    </Empty>
  )
}

function NoChildren() {
  const curl = useCurl()
  const child = { steps: [{ action: 'LOGIC.TRUE' }] }
  return (
    <Empty
      title={t.noChildren}
      command={curl('/v1/jobs', { steps: [{ action: 'FLOW.JOB', parameters: { job: child } }] })}
    >
      <p>{t.noChildrenText}</p>
    </Empty>
  )
}

export function ChildrenTab({ job }: { job: JobView }) {
  const list = service.jobs.list({ parent: job.id, order: 'created_at' })
  const { rows, error, more } = usePages(['job', job.id, 'children'], (cursor) => list.page(cursor))
  if (error !== null) return <Problem error={error} />
  if (rows === undefined) return <Loading />
  const children = (rows as readonly JobRow[]).filter(({ parent }) => parent?.job_id === job.id)
  return (
    <div className="stack tight">
      {job.parent && (
        <p>
          {t.parent} <JobLink id={job.parent.job_id} step={job.parent.step} />
        </p>
      )}
      {children.length === 0 && <NoChildren />}
      <ul className={children.length === 0 ? '' : 'panel panel-body stack tight'}>
        {children.map((child) => (
          <li key={child.id} className="row">
            <State name={child.state} />
            <Link href={`/jobs/${encodeURIComponent(child.id)}`} data-row className="breaks">
              {child.name ?? child.id}
            </Link>
            <span className="muted small">{child.parent?.step}</span>
            {child.error && <span className="bad small breaks">{child.error.message}</span>}
          </li>
        ))}
      </ul>
      <More more={more} />
    </div>
  )
}

export function DefinitionTab({ job }: { job: JobView }) {
  const { data, error } = useQuery({
    queryKey: ['definition of', job.id],
    queryFn: () => definitionOf(job),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error !== null) return <Problem error={error} />
  return data === undefined ? <Loading /> : <JsonView value={data} wide label={t.definition} />
}
