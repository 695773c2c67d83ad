import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Problem } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { number, plural } from '../parts/format.ts'
import { texts } from '../texts.ts'
import type { SetFilter } from './filters.ts'
import { actOnChosen, actOnMatching, countMatching, type ManyAction, type Progress } from './many.ts'

const t = texts.jobs
const ACTIONS: readonly ManyAction[] = ['cancel', 'rerun', 'delete']

/** What can be done with the chosen jobs, or with all that match. */
export function ManyBar({
  ids,
  set,
  onDone,
}: {
  ids: readonly string[]
  set: readonly SetFilter[]
  onDone: () => void
}) {
  const [isAll, setAll] = useState(false)
  const [action, setAction] = useState<ManyAction | null>(null)
  return (
    <div className="many" role="group" aria-label={t.selected(number(ids.length))}>
      <strong>{isAll ? t.allSelected : t.selected(number(ids.length))}</strong>
      {set.length > 0 && !isAll && (
        <button type="button" className="button quiet small" onClick={() => setAll(true)}>
          {t.allMatching}
        </button>
      )}
      <button type="button" className="button quiet small" onClick={onDone}>
        {t.unselect}
      </button>
      <span className="row tight">
        {ACTIONS.map((one) => (
          <button
            key={one}
            type="button"
            className={one === 'delete' ? 'button small danger' : 'button small'}
            onClick={() => setAction(one)}
          >
            {t[one]}
          </button>
        ))}
      </span>
      {action !== null && (
        <AskMany
          action={action}
          ids={isAll ? null : ids}
          set={set}
          onClose={(isDone) => {
            setAction(null)
            if (isDone) onDone()
          }}
        />
      )}
    </div>
  )
}

type AskProps = {
  action: ManyAction
  /** Null: all that match. */
  ids: readonly string[] | null
  set: readonly SetFilter[]
  onClose: (isDone: boolean) => void
}

/** Tells the number before, and the progress after. */
function AskMany({ action, ids, set, onClose }: AskProps) {
  const [progress, setProgress] = useState<Progress | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isOver, setOver] = useState(false)
  const count = useQuery({
    queryKey: ['bulk', action, set, ids?.length],
    queryFn: () => ids?.length ?? countMatching(action, set),
    staleTime: 0,
  })
  const act = async (): Promise<void> => {
    setProgress({ matched: count.data ?? 0, done: 0, failed: 0 })
    try {
      await (ids === null ? actOnMatching(action, set, setProgress) : actOnChosen(action, ids, setProgress))
      setOver(true)
    } catch (reason) {
      setError(reason)
    }
  }
  return (
    <Dialog
      title={t.ask[action]}
      // What has begun can be left, and not be begun again.
      {...(progress === null ? { action: t[action] } : {})}
      onAction={() => void act()}
      onClose={() => onClose(isOver)}
      danger={action !== 'rerun'}
      isBusy={count.data === undefined || count.data === 0}
      error={error ?? count.error}
    >
      {progress === null ? (
        <p>{count.data === undefined ? t.counting : `${plural(count.data, 'job')} ${t.will[action]}.`}</p>
      ) : (
        <ManyProgress
          action={action}
          progress={progress}
          isOver={isOver || error !== null}
          isOfService={ids === null}
        />
      )}
    </Dialog>
  )
}

type ProgressProps = {
  action: ManyAction
  progress: Progress
  isOver: boolean
  /** The service does it, not this page. */
  isOfService: boolean
}

function ManyProgress({ action, progress, isOver, isOfService }: ProgressProps) {
  const { done, matched, failed, refusal } = progress
  return (
    <div className="stack tight" role="status">
      <progress value={done} max={Math.max(1, matched)} aria-label={t.doing[action]} />
      <p>{t.progress(number(done), number(matched), failed === 0 ? null : number(failed))}</p>
      {!isOver && <p className="muted">{isOfService ? t.goesOn : t.goesOnHere}</p>}
      {refusal !== undefined && <Problem error={refusal} />}
    </div>
  )
}
