import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { Dialog } from '../parts/dialog.tsx'
import { service } from '../service.ts'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'

const t = texts.definitions

type Props = { name: string; schedules: readonly { readonly name: string }[]; onClose: () => void }

/** Takes a definition away, after it was said what then makes no more jobs. */
export function DeleteDialog({ name, schedules, onClose }: Props) {
  const [, navigate] = useLocation()
  const say = useSay()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => service.definitions.delete(name),
    onSuccess: async () => {
      say(t.deleted(name))
      navigate('/definitions')
      // Its own page is left before it is asked for again.
      queries.removeQueries({ queryKey: ['definitions', name] })
      await queries.invalidateQueries({ queryKey: ['definitions'] })
    },
  })
  return (
    <Dialog
      title={t.askDelete(name)}
      action={t.delete}
      danger
      onClose={onClose}
      onAction={() => remove.mutate()}
      isBusy={remove.isPending}
      error={remove.error}
    >
      <p>{t.askDeleteText}</p>
      {schedules.length > 0 && (
        <p className="breaks">
          {t.askDeleteSchedules} {schedules.map((schedule) => schedule.name).join(', ')}
        </p>
      )}
    </Dialog>
  )
}
