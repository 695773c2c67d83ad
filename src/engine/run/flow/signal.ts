import { Type } from 'typebox'
import type { FlowAction } from '../flowAction.ts'
import { WaitRun } from './waitRun.ts'

/** What a signal may be called. */
export const SIGNAL_NAME = '^[A-Za-z][A-Za-z0-9_.-]{0,63}$'

/** Its parameters, and what it decides. */
type Named = { name: string }

/** Waits for a signal to this job. Gives its body. */
export const signal: FlowAction = {
  action: 'FLOW.SIGNAL',
  description: 'Waits for a signal to this job.',
  keywords: ['wait for event', 'callback', 'webhook in', 'receive'],
  parameters: Type.Object({ name: Type.String({ pattern: SIGNAL_NAME, description: 'The name of the signal.' }) }),
  returns: Type.Unknown(),
  shape: { steps: 'meanwhile', roots: ['wait'], timeout: 'may' },
  begin: ({ sequence, attemptAt: since }, { name }: Named) => {
    const isThere = sequence.run.messages.some((message) => message.kind === 'signal' && message.name === name)
    const wait = { kind: 'signal' as const, since, until: null, name }
    return isThere ? { decision: { name } } : { decision: { name }, wait }
  },
  open: (frame, decision: Named) => {
    const { name } = frame.wait?.kind === 'signal' ? frame.wait : decision
    const run = new WaitRun(
      frame,
      (message) => message.kind === 'signal' && message.name === name,
      (message) => (message.kind === 'signal' ? message.body : null),
    )
    run.begin()
    return run
  },
}
