import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { plural } from '../parts/format.ts'
import { service } from '../service.ts'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'

const t = texts.schedules
type Backfill = { readonly jobs: readonly string[]; readonly existing: readonly string[]; readonly count: number }

/** Makes the jobs of firings that are past; their number is told before. */
export function BackfillDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const say = useSay()
  const isWhole = from !== '' && to !== ''
  const ask = (isDry: boolean): Promise<Backfill> =>
    service.request('POST', `/v1/schedules/${encodeURIComponent(name)}/backfill`, {
      body: { from: new Date(from).toISOString(), to: new Date(to).toISOString(), ...(isDry ? { dry_run: true } : {}) },
      idempotencyKey: true,
    })
  const count = useQuery({
    queryKey: ['backfill', name, from, to],
    queryFn: () => ask(true),
    enabled: isWhole,
    retry: false,
  })
  const fill = useMutation({
    mutationFn: () => ask(false),
    onSuccess: (made) => {
      say(plural(made.count, 'job'))
      onClose()
    },
  })
  return (
    <Dialog
      title={t.backfillTitle(name)}
      action={t.backfillDo}
      onAction={() => fill.mutate()}
      onClose={onClose}
      isBusy={fill.isPending || count.data === undefined}
      error={fill.error ?? count.error}
    >
      <div className="fields">
        <label className="field">
          <span>{t.from}</span>
          <input
            className="input"
            type="datetime-local"
            value={from}
            onChange={({ target }) => setFrom(target.value)}
          />
        </label>
        <label className="field">
          <span>{t.to}</span>
          <input className="input" type="datetime-local" value={to} onChange={({ target }) => setTo(target.value)} />
        </label>
      </div>
      {count.data !== undefined && (
        <p role="status">{t.willMake(plural(count.data.count, 'job'), count.data.existing.length)}</p>
      )}
    </Dialog>
  )
}
