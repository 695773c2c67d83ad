import { ConduitProblem } from '@conduit-jobs/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { InputField } from '../parts/field.tsx'
import { service } from '../service.ts'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'
import { nameOf } from './definition.ts'

const t = texts.editor

type Props = {
  definition: Readonly<Record<string, unknown>>
  /** The name of the definition that was opened. */
  opened: string | null
  onClose: () => void
  onSaved: () => void
  /** What is wrong with the text is told where it stands, which is not here. */
  onRefused: (error: ConduitProblem) => void
}

/** Saves the text as a version of a named definition. */
export function SaveDialog({ definition, opened, onClose, onSaved, onRefused }: Props) {
  const [name, setName] = useState(opened ?? nameOf(definition))
  const say = useSay()
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: () => {
      // A job's own name is none of a definition: there it is the title. Values are given when it is started.
      const { id: _id, name: title, local_values: _values, ...content } = definition
      const body = { ...(typeof title === 'string' && title !== name ? { title } : {}), ...content }
      return service.request<{ name: string; version: number }>('PUT', `/v1/definitions/${encodeURIComponent(name)}`, {
        body,
      })
    },
    onSuccess: (saved) => {
      say(t.saved(saved.name, saved.version))
      // What is stored is the beginning of the next change.
      if (saved.name === opened) onSaved()
      void queries.invalidateQueries({ queryKey: ['definitions'] })
      onClose()
    },
    onError: (error) => {
      if (error instanceof ConduitProblem && error.errors.some(({ pointer }) => pointer !== '/name')) onRefused(error)
    },
  })
  return (
    <Dialog
      title={t.saveTitle}
      action={texts.save}
      onAction={() => save.mutate()}
      onClose={onClose}
      isBusy={save.isPending}
      error={save.error}
    >
      <InputField
        label={t.saveName}
        refused={{ error: save.error, at: '/name' }}
        className="input code"
        required
        pattern="[a-z][a-z0-9\-]*"
        maxLength={63}
        value={name}
        onChange={setName}
      />
    </Dialog>
  )
}
