import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Command } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { InputField, JsonField } from '../parts/field.tsx'
import { parsed } from '../parts/parsed.ts'
import { addressOf, service } from '../service.ts'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'

const t = texts.job

/** Makes a link with which anybody can read this one job for some hours. */
export function ShareDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [hours, setHours] = useState('24')
  const make = useMutation({
    mutationFn: () => service.jobs.createToken(id, { expires_in: Number(hours) * 3_600 }),
  })
  const link = make.data && addressOf(`/ui/embed/job/${encodeURIComponent(id)}?token=${make.data.token}`)
  return (
    <Dialog
      title={t.shareTitle}
      {...(link === undefined ? { action: t.makeLink } : {})}
      onAction={() => make.mutate()}
      onClose={onClose}
      isBusy={make.isPending}
      error={make.error}
    >
      <p>{t.shareText}</p>
      {link === undefined ? (
        <InputField
          label={t.hours}
          refused={{ error: make.error, at: '/expires_in' }}
          type="number"
          required
          min={1}
          max={24}
          value={hours}
          onChange={setHours}
        />
      ) : (
        <Command text={link} />
      )}
    </Dialog>
  )
}

/** @param awaited the name of the signal that a step waits for, where one does */
export function SignalDialog({ id, awaited, onClose }: { id: string; awaited: string; onClose: () => void }) {
  const [name, setName] = useState(awaited)
  const [body, setBody] = useState('null')
  const say = useSay()
  const send = useMutation({
    mutationFn: () =>
      service.request('POST', `/v1/jobs/${encodeURIComponent(id)}/signals/${encodeURIComponent(name)}`, {
        body: parsed(body, t.signalBody),
        idempotencyKey: true,
      }),
    onSuccess: () => {
      say(t.sent)
      onClose()
    },
  })
  return (
    <Dialog
      title={t.signalTitle}
      action={t.send}
      onClose={onClose}
      onAction={() => send.mutate()}
      isBusy={send.isPending}
      error={send.error}
    >
      <InputField
        label={t.signalName}
        refused={{ error: send.error, at: '/name' }}
        required
        value={name}
        onChange={setName}
      />
      <JsonField
        label={t.signalBody}
        refused={{ error: send.error, at: '/body' }}
        rows={4}
        text={body}
        onChange={setBody}
      />
    </Dialog>
  )
}
