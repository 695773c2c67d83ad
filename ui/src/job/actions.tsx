import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { copyText } from '../parts/copy.tsx'
import { useCurl } from '../shell/curl.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Menu } from '../parts/menu.tsx'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'
import type { JobView, StepView } from '../wire.ts'
import { postableOf } from './definition.ts'
import { rerun } from './rerun.ts'
import { RerunDialog } from './rerunDialog.tsx'
import { ShareDialog, SignalDialog } from './dialogs.tsx'

const t = texts.job
type Asked = 'cancel' | 'delete' | 'share' | 'signal' | 'rerun'

/** What can be done with a job; what the key may not do is not offered. */
export function Actions({ job, step, waiting }: { job: JobView; step: string | null; waiting: readonly StepView[] }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const [, navigate] = useLocation()
  const may = useMay()
  const say = useSay()
  const curl = useCurl()
  const queries = useQueryClient()
  const isOver = job.finished_at !== null
  const awaited = waiting.find((one) => one.waiting?.kind === 'signal')?.waiting?.name ?? ''
  const cancel = useMutation({
    mutationFn: () => service.jobs.cancel(job.id),
    onSuccess: async () => {
      setAsked(null)
      say(t.cancelled)
      await queries.invalidateQueries({ queryKey: ['job', job.id] })
    },
  })
  const remove = useMutation({
    mutationFn: () => service.jobs.delete(job.id),
    onSuccess: async () => {
      say(t.deleted)
      await queries.invalidateQueries({ queryKey: ['jobs'] })
      navigate('/jobs')
    },
  })
  const again = useMutation({
    mutationFn: (body: object) => rerun(job.id, body),
    onSuccess: ({ id }) => navigate(`/jobs/${encodeURIComponent(id)}`),
    onError: say,
  })
  const copy = useMutation({
    mutationFn: async (text: () => string | Promise<string>) => await copyText(await text()),
    onSuccess: () => say(texts.copied),
    onError: say,
  })
  const copies = [
    [t.link, () => window.location.href],
    [t.curl, async () => curl('/v1/jobs', await postableOf(job))],
    [t.json, async () => JSON.stringify(await service.jobs.get(job.id), null, 2)],
  ] as const
  const mayWrite = may('jobs:write')
  return (
    <>
      {mayWrite && !isOver && (
        <button type="button" className="button danger" onClick={() => setAsked('cancel')}>
          {t.cancel}
        </button>
      )}
      {mayWrite && isOver && (
        <Menu label={t.rerun} className="button primary">
          <button type="button" onClick={() => again.mutate({})}>
            {t.whole}
          </button>
          <button type="button" disabled={step === null} onClick={() => again.mutate({ from: step })}>
            {t.fromHere}
          </button>
          <button type="button" disabled={job.failed_step === null} onClick={() => again.mutate({ from: 'failed' })}>
            {t.fromFailed}
          </button>
          <hr />
          <button type="button" onClick={() => setAsked('rerun')}>
            {t.changed}
          </button>
        </Menu>
      )}
      {mayWrite && isOver && (
        <button type="button" className="button" onClick={() => setAsked('delete')}>
          {t.delete}
        </button>
      )}
      <Menu label={t.more}>
        {copies.map(([label, text]) => (
          <button key={label} type="button" onClick={() => copy.mutate(text)}>
            {label}
          </button>
        ))}
        {mayWrite && !isOver && (
          <button type="button" onClick={() => setAsked('signal')}>
            {t.signal}
          </button>
        )}
        <button type="button" onClick={() => setAsked('share')}>
          {t.share}
        </button>
      </Menu>
      {asked === 'cancel' && (
        <Dialog
          title={t.askCancel}
          action={t.cancel}
          danger
          onClose={() => setAsked(null)}
          onAction={() => cancel.mutate()}
          isBusy={cancel.isPending}
          error={cancel.error}
        >
          <p>{t.askCancelText}</p>
        </Dialog>
      )}
      {asked === 'delete' && (
        <Dialog
          title={t.askDelete}
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
      {asked === 'share' && <ShareDialog id={job.id} onClose={() => setAsked(null)} />}
      {asked === 'signal' && <SignalDialog id={job.id} awaited={awaited} onClose={() => setAsked(null)} />}
      {asked === 'rerun' && <RerunDialog job={job} step={step} onClose={() => setAsked(null)} />}
    </>
  )
}
