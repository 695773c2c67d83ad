import type { Json } from './values/json.ts'

/**
 * The errors that a block can throw on purpose, and those that the engine gives a step.
 *
 * A block's module may be loaded with another copy of this package, so errors are told apart by a brand from the
 * global symbol registry and never by `instanceof`.
 */
const BRAND = Symbol.for('conduit.error')

type Brand = 'invalid-argument' | 'stop-job'

/** The arguments make no sense to the block: the step ends as `INVALID_ARGUMENT` (103). */
export class InvalidArgument extends Error {
  override readonly name: string = 'InvalidArgument'
  readonly [BRAND]: Brand = 'invalid-argument'
}

/** Stops the job: the step ends as `KILLED_MANUALLY` (111), later steps are skipped. */
export class StopJob extends Error {
  override readonly name: string = 'StopJob'
  readonly [BRAND]: Brand = 'stop-job'
}

/** A step ran longer than it may, or was running when the job's time was up. */
export class TimeoutError extends Error {
  override readonly name: string = 'TimeoutError'
}

/** A return value, the variables, or a job's values together are larger than the operator allows. */
export class ValueTooLarge extends Error {
  override readonly name: string = 'ValueTooLarge'
}

/** The database took everything but what this step gave. */
export class ValueRefused extends Error {
  override readonly name: string = 'ValueRefused'
}

/** The job lost its replica too often while this step was in hand. */
export class GivenUp extends Error {
  override readonly name: string = 'GivenUp'
}

/** Why a running step's signal aborts. The first reason wins. */
export type AbortKind = 'cancelled' | 'stopped' | 'timed-out' | 'draining' | 'lease-lost'

/** What a block finds in `signal.reason`. */
export class StepAborted extends Error {
  override readonly name: string = 'StepAborted'
  readonly kind: AbortKind

  constructor(kind: AbortKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** What a failed step returns: the error's class and its message. */
export type ErrorValue = { type: string; message: string; [more: string]: Json }

const MAX_MESSAGE_BYTES = 4096

/** Which of the two statuses of its own an error has, if any. */
export function errorBrand(error: unknown): Brand | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const brand: unknown = Reflect.get(error, BRAND)
  return brand === 'invalid-argument' || brand === 'stop-job' ? brand : undefined
}

/** Error classes of the language: one that extends them and sets no name of its own still has theirs. */
const BUILT_IN = /^(Aggregate|Eval|Range|Reference|Syntax|Type|URI)?Error$/

/** The name of an error's class: the one it was given, or else that of its constructor. */
function classOf(error: object, clean: (text: string) => string): string {
  const name: unknown = Reflect.get(error, 'name')
  if (typeof name !== 'string' || name === '') return 'Error'
  if (!BUILT_IN.test(name)) return cut(clean(name), 100)
  const maker: unknown = Reflect.get(error, 'constructor')
  return typeof maker === 'function' && maker !== Object && maker.name !== '' ? cut(maker.name, 100) : name
}

/** What was thrown, by the value that its step gives: for the operator's log, and kept no longer than that value. */
const thrown = new WeakMap<object, Error>()

/** Where an error was thrown, line by line, without what it says; null where that is not known. */
export function stackFrames(value: unknown): string[] | null {
  const error = typeof value === 'object' && value !== null ? thrown.get(value) : undefined
  if (error === undefined) return null
  try {
    const { stack = '', message } = error
    const said = stack.indexOf(message)
    const frames = (said < 0 ? stack : stack.slice(said + message.length))
      .split('\n')
      .filter((line) => FRAME.test(line))
    return frames.length === 0 ? null : frames.slice(0, MAX_FRAMES).map((line) => line.trim())
  } catch {
    return null
  }
}

const FRAME = /^ {4}at \S/
const MAX_FRAMES = 20

/**
 * An error as a step's return value. Never throws, whatever was thrown; long messages are cut at 4 KiB.
 *
 * @param clean takes out what must not be told, before it is cut; of such an error no frames are kept
 */
export function errorValue(error: unknown, clean?: (text: string) => string): ErrorValue {
  const value = readError(error, clean ?? String)
  if (error instanceof Error && clean === undefined) thrown.set(value, error)
  return value
}

function readError(error: unknown, clean: (text: string) => string): ErrorValue {
  try {
    if (error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)) {
      const message: unknown = Reflect.get(error, 'message')
      return { type: classOf(error, clean), message: cut(clean(String(message))) }
    }
    return { type: 'Error', message: cut(clean(String(error))) }
  } catch {
    return { type: 'Error', message: 'the block threw something that cannot be read' }
  }
}

function cut(text: string, maxBytes = MAX_MESSAGE_BYTES): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text
  return Buffer.from(text.slice(0, maxBytes)).subarray(0, maxBytes).toString('utf8').replace(/�+$/, '')
}
