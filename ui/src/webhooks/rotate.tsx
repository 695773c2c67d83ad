import type { Webhook } from '@conduit-jobs/client'
import { useMutation } from '@tanstack/react-query'
import { Dialog } from '../parts/dialog.tsx'
import { service } from '../service.ts'
import { texts } from '../texts.ts'

const t = texts.webhooks
type Props = { webhook: Webhook; onClose: () => void; onDone: (secret: string) => void }

/** Asks before a new secret signs: whoever checks signatures must know it within a day. */
export function RotateDialog({ webhook, onClose, onDone }: Props) {
  const rotate = useMutation({
    mutationFn: () => service.webhooks.rotateSecret(webhook.id),
    onSuccess: ({ secret }) => onDone(secret),
  })
  return (
    <Dialog
      title={t.rotate}
      action={t.rotate}
      onAction={() => rotate.mutate()}
      onClose={onClose}
      isBusy={rotate.isPending}
      error={rotate.error}
    >
      <p className="breaks">{webhook.url}</p>
      <p>{t.rotateText}</p>
    </Dialog>
  )
}
