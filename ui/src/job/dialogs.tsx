import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Command } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { parsed } from '../parts/parsed.ts'
import { addressOf, service } from '../service.ts'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'

const t = texts.job

/** Makes a link with which anybody can read this one job for some hours. */
export function ShareDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [hours, setHours] = useState(24)
  const make = useMutation({
    mutationFn: () => service.jobs.createToken(id, { expires_in: Math.min(hours, 24) * 3_600 }),
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
        <label className="field">
          <span>{t.hours}</span>
          <input
            className="input"
            type="number"
            min={1}
            max={24}
            value={hours}
            onChange={({ target }) => setHours(Number(target.value))}
          />
        </label>
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
      <label className="field">
        <span>{t.signalName}</span>
        <input className="input" required value={name} onChange={({ target }) => setName(target.value)} />
      </label>
      <label className="field">
        <span>{t.signalBody}</span>
        <textarea className="input code" rows={4} value={body} onChange={({ target }) => setBody(target.value)} />
      </label>
    </Dialog>
  )
}
