import { Type } from 'typebox'
import { conclude } from '../conclude.ts'
import type { FlowAction } from '../flowAction.ts'
import { DURATION, durationOf } from '../../values/duration.ts'
import { momentOf } from '../../values/moment.ts'

/** Waits for a while, or until a moment. Gives the moment at which it went on. */
export const sleep: FlowAction = {
  action: 'FLOW.SLEEP',
  description: 'Waits for a while, or until a moment.',
  keywords: ['wait', 'delay', 'pause', 'timer'],
  parameters: Type.Object({
    for: Type.Optional(Type.Unknown({ description: 'How long.' })),
    until: Type.Optional(Type.String({ description: 'RFC 3339; one that is past is over at once.' })),
  }),
  returns: Type.String({ format: 'date-time' }),
  shape: {},
  check: ({ for: time, until }) => {
    if ((time === undefined) === (until === undefined)) return 'one of the parameters for and until is wanted'
    if (until !== undefined) return momentOf(until) === null ? 'the parameter until must be a moment (RFC 3339)' : null
    return durationOf(time) === null ? `the parameter for must be ${DURATION}` : null
  },
  begin: ({ attemptAt }, { for: time, until }) => ({
    decision: until === undefined ? attemptAt + (durationOf(time) ?? 0) : momentOf(until),
  }),
  open: (frame, decision) => {
    const { clock } = frame.sequence.run.context
    const awoke = (): null => {
      conclude(frame, { kind: 'value', value: new Date(clock.now()).toISOString() })
      return null
    }
    const until = typeof decision === 'number' ? decision : frame.attemptAt
    frame.wait = { kind: 'sleep', since: frame.attemptAt, until }
    return { over: () => undefined, awoke }
  },
}
