import type { Key } from '@conduit-jobs/client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { InputField } from '../parts/field.tsx'
import { localTime, momentOf } from '../parts/moments.ts'
import { service } from '../service.ts'
import { texts } from '../texts.ts'

const t = texts.access
const HOURS = [0, 1, 24, 168] as const

type Props = { apiKey: Key; onClose: () => void; onDone: () => void }

/** Another name, and when it ends. */
export function ChangeKey({ apiKey, onClose, onDone }: Props) {
  const [name, setName] = useState(apiKey.name)
  const [expires, setExpires] = useState(localTime(apiKey.expires_at))
  const change = useMutation({
    mutationFn: () => service.keys.update(apiKey.id, { name, expires_at: momentOf(expires) }),
    onSuccess: onDone,
  })
  return (
    <Dialog
      title={t.changeKey(apiKey.name)}
      action={texts.save}
      onAction={() => change.mutate()}
      onClose={onClose}
      isBusy={change.isPending}
      error={change.error}
    >
      <InputField
        label={t.name}
        refused={{ error: change.error, at: '/name' }}
        required
        value={name}
        onChange={setName}
      />
      <InputField
        label={t.endsHint}
        refused={{ error: change.error, at: '/expires_at' }}
        type="datetime-local"
        value={expires}
        onChange={setExpires}
      />
    </Dialog>
  )
}

/** A new secret for the same key; the old one holds for a while, so that nothing stops. */
export function RotateKey({ apiKey, onClose, onDone }: Omit<Props, 'onDone'> & { onDone: (secret: string) => void }) {
  const [hours, setHours] = useState(1)
  const rotate = useMutation({
    mutationFn: () => service.keys.rotate(apiKey.id, { overlap_seconds: hours * 3_600 }),
    onSuccess: ({ secret }) => onDone(secret),
  })
  return (
    <Dialog
      title={t.rotateKey(apiKey.name)}
      action={t.rotate}
      onAction={() => rotate.mutate()}
      onClose={onClose}
      isBusy={rotate.isPending}
      error={rotate.error}
    >
      <p>{t.rotateText}</p>
      <label className="field">
        <span>{t.overlap}</span>
        <select className="input" value={hours} onChange={({ target }) => setHours(Number(target.value))}>
          {HOURS.map((one) => (
            <option key={one} value={one}>
              {t.overlapOf(one)}
            </option>
          ))}
        </select>
      </label>
    </Dialog>
  )
}
