import { type Static, Type } from 'typebox'
import type { Progress } from '../engine/block.ts'
import type { WrittenStep } from '../engine/plan/written.ts'
import { type StepWire } from './job.ts'
import type { OpenStep } from './jobTree.ts'
import { openStepToWire, timestamp } from './jobView.ts'
import { openEnum } from './openEnum.ts'
import { refTo } from './ref.ts'

/** What is told only while it happens: it has no place among a job's events, and is never told again. */
export const LiveEvent = Type.Object(
  {
    type: openEnum(
      ['step.started', 'step.retrying', 'step.progress'],
      '`step.started`: a block with effects is called, what is below a step begins, or a wait. `step.retrying`: an attempt failed, and another follows. `step.progress`: its block says how far it is.',
    ),
    timestamp: Type.String({ format: 'date-time' }),
    data: Type.Object({
      job: Type.Object({
        id: Type.String(),
        name: Type.Union([Type.String(), Type.Null()]),
        state: Type.Literal('running'),
        success: Type.Null(),
      }),
      step: refTo<StepWire>('Step'),
    }),
  },
  { $id: 'LiveEvent', description: 'What is told only to who watches with `?live=true`, without `id:` and `seq`.' },
)
export type LiveEvent = Static<typeof LiveEvent>

/** The event of a step that is not over. */
export function liveEvent(
  type: 'step.started' | 'step.retrying' | 'step.progress',
  job: { readonly id: string; readonly name: string | null },
  step: { readonly written: WrittenStep; readonly path: string; readonly open: OpenStep },
  at: number,
  progress: Progress | null = null,
): LiveEvent {
  const shown = openStepToWire(step.written, step.path, step.open)
  return {
    type,
    timestamp: timestamp(at),
    data: {
      job: { id: job.id, name: job.name, state: 'running', success: null },
      step: progress === null ? shown : { ...shown, progress: { ...progress } },
    },
  }
}
