import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { Empty, Loading, Moment, Nothing, PageHead, Panel, Problem, State } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { More } from '../parts/pages.tsx'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useCurl } from '../shell/curl.ts'
import { MayLink } from '../shell/mayLink.tsx'
import { useOpenJob } from '../shell/openJob.ts'
import { useMay } from '../shell/session.tsx'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'
import type { JobRow } from '../wire.ts'
import { BackfillDialog } from './backfill.tsx'
import { type Schedule, stateOf, useSchedulePages } from './data.ts'
import { WriteDialog } from './writeDialog.tsx'

const t = texts.schedules
const TONES = { on: 'good', late: 'bad', stopped: 'bad', paused: '' } as const

/** When what runs by itself: next and last firings; made, changed, paused, fired now, backfilled. */
export function SchedulesView() {
  const [address] = useAddress()
  const name = address.get('name')
  const { rows, error, more } = useSchedulePages(name)
  const may = useMay()
  const queries = useQueryClient()
  const [isMaking, setMaking] = useState(false)
  const curl = useCurl()
  const command = may('schedules:write')
    ? curl('/v1/schedules/nightly', { cron: '0 3 * * *', job: { steps: [{ action: 'LOGIC.TRUE' }] } }, 'PUT')
    : undefined
  return (
    <>
      {name !== null && (
        <Link href="/schedules" className="small">
          ← {t.all}
        </Link>
      )}
      <PageHead title={texts.nav.schedules}>
        {may('schedules:write') && (
          <button type="button" className="button primary" onClick={() => setMaking(true)}>
            {t.make}
          </button>
        )}
      </PageHead>
      {error !== null && <Problem error={error} />}
      {rows === undefined && error === null && <Loading />}
      {rows?.length === 0 && (
        <Empty title={t.none} command={command}>
          <p>
            {t.noneText} {command !== undefined && t.noneDo}
          </p>
        </Empty>
      )}
      <div className="stack">
        {rows?.map((schedule) => (
          <OneSchedule key={schedule.name} schedule={schedule} />
        ))}
        <More more={more} />
      </div>
      {isMaking && (
        <WriteDialog
          schedule={null}
          onClose={() => setMaking(false)}
          onWritten={async () => {
            setMaking(false)
            await queries.invalidateQueries({ queryKey: ['schedules'] })
          }}
        />
      )}
    </>
  )
}

function OneSchedule({ schedule }: { schedule: Schedule }) {
  const { name, enabled, job, upcoming = [] } = schedule
  const state = stateOf(schedule)
  const may = useMay()
  const say = useSay()
  const queries = useQueryClient()
  const openJob = useOpenJob()
  const [asked, setAsked] = useState<'backfill' | 'change' | 'delete' | null>(null)
  const path = `/v1/schedules/${encodeURIComponent(name)}`
  const done = async (): Promise<void> => {
    setAsked(null)
    await queries.invalidateQueries({ queryKey: ['schedules'] })
  }
  const flip = useMutation({
    mutationFn: () => service.schedules.update(name, { enabled: !enabled }),
    onSuccess: done,
    onError: say,
  })
  const fire = useMutation({
    mutationFn: () => service.request<{ id: string }>('POST', `${path}/trigger`, { idempotencyKey: true }),
    onSuccess: ({ id }) => openJob(id),
    onError: say,
  })
  const remove = useMutation({ mutationFn: () => service.request('DELETE', path), onSuccess: done })
  return (
    <Panel
      title={
        <span className="row tight">
          <MayLink scope="jobs:read" href={`/jobs?schedule=${encodeURIComponent(name)}`} isRow className="breaks">
            {name}
          </MayLink>
          <span className={`badge ${TONES[state]}`}>{t[state]}</span>
        </span>
      }
      end={
        may('schedules:write') && (
          <span className="row tight">
            <button type="button" className="button small" onClick={() => flip.mutate()}>
              {enabled ? t.pause : t.resume}
            </button>
            <button type="button" className="button small" onClick={() => fire.mutate()}>
              {t.fire}
            </button>
            <button type="button" className="button small" onClick={() => setAsked('backfill')}>
              {t.backfill}
            </button>
            <button type="button" className="button small" onClick={() => setAsked('change')}>
              {t.change}
            </button>
            <button type="button" className="button small danger" onClick={() => setAsked('delete')}>
              {t.delete}
            </button>
          </span>
        )
      }
    >
      <div className="panel-body stack tight">
        {typeof schedule.stopped_reason === 'string' && <p className="callout bad">{schedule.stopped_reason}</p>}
        {typeof schedule.last_error === 'string' && <p className="callout bad">{schedule.last_error}</p>}
        <dl className="fact-line">
          <Fact name={t.when}>
            <code>{schedule.cron ?? `every ${schedule.every}`}</code>{' '}
            {schedule.cron !== undefined && <span className="muted">{schedule.timezone}</span>}
          </Fact>
          <Fact name={t.runs}>
            {job.definition === undefined ? (
              (job.name ?? t.ownSteps)
            ) : (
              <MayLink scope="definitions:read" href={`/definitions/${job.definition}`}>
                {job.definition}
              </MayLink>
            )}
          </Fact>
          <Fact name={t.overlap}>{schedule.overlap}</Fact>
          <Fact name={t.catchUp}>{schedule.catch_up}</Fact>
          <Bounds of={schedule} />
          <Fact name={t.last}>
            {may('jobs:read') ? <LastJobs name={name} /> : <LastJob id={schedule.last_job_id} />}
          </Fact>
          {(schedule.skipped_total ?? 0) > 0 && (
            <Fact name={t.skipped}>
              {schedule.skipped_total}, <Moment at={schedule.last_skipped_at} />
            </Fact>
          )}
          <Fact name={t.next}>
            <span className="row tight">
              {upcoming.length === 0 && <Moment at={schedule.next_run_at} />}
              {upcoming.map((at) => (
                <span key={at} className="chip">
                  <Moment at={at} />
                </span>
              ))}
            </span>
          </Fact>
        </dl>
      </div>
      {asked === 'backfill' && <BackfillDialog name={name} onClose={() => setAsked(null)} />}
      {asked === 'change' && <WriteDialog schedule={schedule} onClose={() => setAsked(null)} onWritten={done} />}
      {asked === 'delete' && (
        <Dialog
          title={t.askDelete(name)}
          action={t.delete}
          danger
          onClose={() => setAsked(null)}
          onAction={() => remove.mutate()}
          isBusy={remove.isPending}
          error={remove.error}
        >
          <p>{t.askDeleteText}</p>
        </Dialog>
      )}
    </Panel>
  )
}

/** Between which moments it fires, where it is bound. */
function Bounds({ of: { start_at: start, end_at: end } }: { of: Schedule }) {
  return (
    <>
      {start != null && (
        <Fact name={t.start}>
          <Moment at={start} />
        </Fact>
      )}
      {end != null && (
        <Fact name={t.end}>
          <Moment at={end} />
        </Fact>
      )}
    </>
  )
}

/** Of its last firing what the schedule says of it. */
function LastJob({ id }: { id: string | null }) {
  return id === null ? <Nothing /> : <code className="breaks">{id}</code>
}

/** What its last firings became. */
function LastJobs({ name }: { name: string }) {
  const { data } = useQuery({
    queryKey: ['schedules', name, 'jobs'],
    queryFn: () => service.jobs.list({ schedule: name, limit: 3 }).page(),
    refetchInterval: 15_000,
  })
  const jobs = (data?.data ?? []) as readonly JobRow[]
  if (jobs.length === 0) return <Nothing />
  return (
    <span className="row tight">
      {jobs.map(({ id, state, scheduled_for: due, created_at: made }) => (
        <Link key={id} href={`/jobs/${encodeURIComponent(id)}`} className="row tight nowrap">
          <State name={state} /> <Moment at={due ?? made} />
        </Link>
      ))}
    </span>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
