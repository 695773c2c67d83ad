import { type Static, Type } from 'typebox'
import { SIGNAL_NAME } from '../engine/run/flow/signal.ts'
import { type Json, MAX_DEPTH } from '../engine/values/json.ts'
import { ProblemError } from './problem.ts'

/** So many signals are kept for one job. */
export const MOST_SIGNALS = 100

/** What is answered to a signal. */
export const SignalSent = Type.Object(
  {
    name: Type.String({ description: "The signal's name.", examples: ['paid'] }),
    pending: Type.Integer({ description: 'How many are kept for this job and not taken yet, this one included.' }),
  },
  { $id: 'SignalSent', description: 'A signal is kept until a step takes it.' },
)
export type SignalSentWire = Static<typeof SignalSent>

const NAME = new RegExp(SIGNAL_NAME)

/** Checks a signal's name. Throws a `ProblemError` `invalid-definition`. */
export function checkSignalName(name: string): void {
  if (NAME.test(name)) return
  const detail = 'must be a letter and up to 63 letters, digits, "_", "." and "-"'
  throw new ProblemError('invalid-definition', `the name of a signal ${detail}`, {
    errors: [{ pointer: '/name', detail }],
  })
}

/** Checks the size of what is sent to a job, as JSON text. Throws `payload-too-large` and `invalid-definition`. */
export function checkSent(value: Json, text: string, limitBytes: number): void {
  if (Buffer.byteLength(text) > limitBytes)
    throw new ProblemError('payload-too-large', `what is sent to a job may have ${limitBytes} bytes`)
  if (depthOf(value, 0) <= MAX_DEPTH) return
  const detail = `must not be nested deeper than ${MAX_DEPTH} levels`
  throw new ProblemError('invalid-definition', `the body ${detail}`, { errors: [{ pointer: '', detail }] })
}

function depthOf(value: Json, depth: number): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth
  const below = Array.isArray(value) ? value : Object.values(value)
  return below.reduce<number>((most, one) => Math.max(most, depthOf(one, depth + 1)), depth)
}
