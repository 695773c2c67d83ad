import { ConduitProblem, type ScheduleInput } from '@conduit-jobs/client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { InputField } from '../parts/field.tsx'
import { service } from '../service.ts'
import { useMe } from '../shell/session.tsx'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'
import type { Schedule } from './data.ts'
import { draftOf, inputOf, type PartProps } from './draft.ts'
import { JobFields } from './jobFields.tsx'
import { RuleFields, WhenFields } from './timeFields.tsx'

const t = texts.schedules
/** What of a job may have a secret that is never given back. */
const CALLBACKS = ['on_step_update', 'on_job_finish'] as const

type Props = { schedule: Schedule | null; onClose: () => void; onWritten: () => Promise<void> }

/** A schedule as a form: a new one (null), or one that is written anew. */
export function WriteDialog({ schedule, onClose, onWritten }: Props) {
  const [draft, setDraft] = useState(() => draftOf(schedule))
  const { open } = useMe()
  const say = useSay()
  const write = useMutation({
    mutationFn: async () => {
      const input = inputOf(draft, schedule)
      return schedule === null ? await make(draft.name, input) : await service.schedules.put(draft.name, input)
    },
    onSuccess: async ({ name }) => {
      say(t.written(name))
      await onWritten()
    },
  })
  const part: PartProps = {
    draft,
    error: write.error,
    onChange: (change) => setDraft((now) => ({ ...now, ...change })),
  }
  return (
    <Dialog
      title={schedule === null ? t.make : t.changeTitle(schedule.name)}
      action={texts.save}
      onAction={() => write.mutate()}
      onClose={onClose}
      isBusy={write.isPending}
      error={write.error}
    >
      {schedule === null && (
        <InputField
          label={t.name}
          refused={{ error: write.error, at: '/name' }}
          className="input code"
          required
          pattern="[a-z][a-z0-9\-]*"
          maxLength={63}
          placeholder="nightly"
          value={draft.name}
          onChange={(text) => part.onChange({ name: text })}
        />
      )}
      <WhenFields {...part} />
      <JobFields {...part} />
      {CALLBACKS.some((field) => schedule?.job[field] != null) && <p className="callout wait">{t.callbackSecrets}</p>}
      <RuleFields {...part} />
      {!open && <p className="muted small">{t.rights}</p>}
    </Dialog>
  )
}

/** A new one takes the place of none that is there. */
async function make(name: string, input: ScheduleInput): Promise<Schedule> {
  try {
    return await service.schedules.put(name, input, { onlyNew: true })
  } catch (error) {
    if (error instanceof ConduitProblem && error.status === 412) throw new Error(t.taken(name), { cause: error })
    throw error
  }
}
