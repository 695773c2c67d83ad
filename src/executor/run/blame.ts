import { AsyncLocalStorage } from 'node:async_hooks'
import { countCall } from '../../process/blockCalls.ts'

/** Fails the step that a block was called for; gives whether it was still waited for. */
type Blame = (error: unknown) => boolean

const storage = new AsyncLocalStorage<Blame>()

/** Calls a block so that what it throws beside its answer, in a timer or a promise that nobody awaits, is known to be its. */
export function watchCall<T>(blame: Blame, call: () => T): T {
  return storage.run(blame, () => countCall(call))
}

/**
 * Fails the step whose block threw an error that nobody caught, as far as that can be told; asked where the error came up.
 * Gives whether a step took it: one that is over can't fail any more.
 */
export function blameStep(error: unknown): boolean {
  return storage.getStore()?.(error) ?? false
}
