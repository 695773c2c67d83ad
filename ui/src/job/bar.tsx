import { useNow } from '../parts/now.ts'
import { duration } from '../parts/format.ts'
import { texts } from '../texts.ts'
import type { StepView } from '../wire.ts'
import { isFailure } from './failure.ts'

/** The time that the timeline shows, in milliseconds. */
export type Scale = { readonly from: number; readonly to: number }
type Timed = Pick<StepView, 'started_at' | 'finished_at' | 'status'> &
  Partial<Pick<StepView, 'action' | 'attempts' | 'waiting'>>
type Piece = { readonly kind: 'run' | 'wait' | 'backoff'; readonly from: number; readonly to: number }

const WIDTH = 1_000
/** Blocks that do nothing but wait: their time is a wait, also when it is over. */
const WAITS: ReadonlySet<string> = new Set(['FLOW.SLEEP', 'FLOW.SIGNAL', 'FLOW.ASK', 'FLOW.JOB'])

/** When a step ran, waited, and stood between two tries. */
export function Bar({ step, scale }: { step: Timed; scale: Scale }) {
  const now = useNow()
  const at = (moment: number): number => ((moment - scale.from) / (scale.to - scale.from)) * WIDTH
  const tone = isFailure(step.status.value) ? 'bad' : step.status.value < 0 ? 'busy' : 'good'
  return (
    <svg className={`bar ${tone}`} viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2={WIDTH} y1="5" y2="5" className="bar-line" />
      {piecesOf(step, now).map(({ kind, from, to }) => (
        <rect
          key={`${kind} ${from}`}
          className={kind}
          x={at(from)}
          y={kind === 'run' ? 1 : 3}
          height={kind === 'run' ? 8 : 4}
          width={Math.max(4, at(to) - at(from))}
        >
          <title>{`${texts.job.legend[kind]} ${duration(to - from)}`}</title>
        </rect>
      ))}
    </svg>
  )
}

/** The time in the queue, before anything ran. */
export function QueueBar({ from, to, scale }: { from: number; to: number; scale: Scale }) {
  const at = (moment: number): number => ((moment - scale.from) / (scale.to - scale.from)) * WIDTH
  return (
    <svg className="bar" viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2={WIDTH} y1="5" y2="5" className="bar-line" />
      <rect className="queue" x={at(from)} y={3} height={4} width={Math.max(4, at(to) - at(from))} />
    </svg>
  )
}

function piecesOf(step: Timed, now: number): Piece[] {
  const { started_at: start, finished_at: finish, action, attempts = [], waiting } = step
  if (start === null) return []
  const end = finish === null ? now : Date.parse(finish)
  const pieces: Piece[] = []
  let last: number | null = null
  for (const attempt of attempts) {
    const from = Date.parse(attempt.started_at)
    const to = attempt.finished_at === null ? end : Date.parse(attempt.finished_at)
    if (last !== null && from > last) pieces.push({ kind: 'backoff', from: last, to: from })
    pieces.push({ kind: 'run', from, to })
    last = to
  }
  if (waiting) {
    const since = Date.parse(waiting.since)
    if (pieces.length === 0 && since > Date.parse(start))
      pieces.push({ kind: 'run', from: Date.parse(start), to: since })
    return [...pieces, { kind: waiting.kind === 'retry' ? 'backoff' : 'wait', from: since, to: end }]
  }
  const kind = WAITS.has(action ?? '') ? 'wait' : 'run'
  return pieces.length > 0 ? pieces : [{ kind, from: Date.parse(start), to: end }]
}
