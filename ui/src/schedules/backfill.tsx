import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Problem } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { InputField } from '../parts/field.tsx'
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
  const error = fill.error ?? count.error
  return (
    <Dialog
      title={t.backfillTitle(name)}
      action={t.backfillDo}
      onAction={() => fill.mutate()}
      onClose={onClose}
      isBusy={fill.isPending || count.data === undefined}
      error={fill.error}
    >
      <div className="fields">
        <InputField
          label={t.from}
          refused={{ error, at: '/from' }}
          type="datetime-local"
          value={from}
          onChange={setFrom}
        />
        <InputField label={t.to} refused={{ error, at: '/to' }} type="datetime-local" value={to} onChange={setTo} />
      </div>
      {count.error !== null && fill.error === null && <Problem error={count.error} />}
      {count.data !== undefined && (
        <p role="status">{t.willMake(plural(count.data.count, 'job'), count.data.existing.length)}</p>
      )}
    </Dialog>
  )
}
