import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { InputField } from '../parts/field.tsx'
import { service } from '../service.ts'
import { texts } from '../texts.ts'

const t = texts.webhooks
const EVENTS = ['step.updated', 'step.waiting', 'job.finished'] as const

export function AddWebhook({ onClose, onAdded }: { onClose: () => void; onAdded: (secret: string) => void }) {
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  const [events, setEvents] = useState<readonly (typeof EVENTS)[number][]>(['job.finished'])
  const add = useMutation({
    mutationFn: () =>
      service.webhooks.create({ url, events: [...events], ...(description === '' ? {} : { description }) }),
    onSuccess: ({ secret }) => onAdded(secret),
  })
  return (
    <Dialog
      title={t.add}
      action={t.addDo}
      onAction={() => add.mutate()}
      onClose={onClose}
      isBusy={add.isPending || events.length === 0}
      error={add.error}
    >
      <InputField
        label={t.url}
        refused={{ error: add.error, at: '/url' }}
        type="url"
        required
        placeholder="https://"
        value={url}
        onChange={setUrl}
      />
      <InputField
        label={t.description}
        refused={{ error: add.error, at: '/description' }}
        value={description}
        onChange={setDescription}
      />
      <fieldset className="choices">
        <legend>{t.events}</legend>
        {EVENTS.map((event) => (
          <label key={event} className="check">
            <input
              type="checkbox"
              checked={events.includes(event)}
              onChange={() =>
                setEvents(events.includes(event) ? events.filter((one) => one !== event) : [...events, event])
              }
            />
            <code>{event}</code>
          </label>
        ))}
      </fieldset>
    </Dialog>
  )
}
