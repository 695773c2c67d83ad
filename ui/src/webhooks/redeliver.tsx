import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { present } from '../parts/now.ts'
import { Dialog } from '../parts/dialog.tsx'
import { InputField } from '../parts/field.tsx'
import { plural } from '../parts/format.ts'
import { localTime, momentOf } from '../parts/moments.ts'
import { service } from '../service.ts'
import { texts } from '../texts.ts'

const t = texts.webhooks
const DAY_MS = 86_400_000
type Props = { id: string; url: string; onClose: () => void; onDone: (said: string) => void }

/** Sends again what failed since a moment. */
export function RedeliverDialog({ id, url, onClose, onDone }: Props) {
  const [since, setSince] = useState(() => localTime(new Date(present() - DAY_MS).toISOString()))
  const send = useMutation({
    mutationFn: () =>
      service.request<{ count: number }>('POST', `/v1/webhooks/${encodeURIComponent(id)}/redeliver`, {
        body: { since: momentOf(since), state: 'failed' },
      }),
    onSuccess: ({ count }) => onDone(t.redelivering(plural(count, 'delivery', 'deliveries'))),
  })
  return (
    <Dialog
      title={t.redeliverTitle}
      action={t.redeliver}
      onAction={() => send.mutate()}
      onClose={onClose}
      isBusy={send.isPending}
      error={send.error}
    >
      <p className="breaks">{url}</p>
      <InputField
        label={t.failedSince}
        refused={{ error: send.error, at: '/since' }}
        type="datetime-local"
        required
        value={since}
        onChange={setSince}
      />
    </Dialog>
  )
}
