/**
 * Calls of blocks that are under way, in memory that the thread of the lease reads when the event loop is silent: by then
 * nobody else can say who holds it. There is one event loop, and so one of these.
 */
export const blockCalls = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))

const [ON_STACK, UNSETTLED] = [0, 1]

/** Calls a block; until it returns, and then until what it promised has settled, that is known. */
export function countCall<T>(call: () => T): T {
  Atomics.add(blockCalls, ON_STACK, 1)
  try {
    const given = call()
    if (given instanceof Promise) countPromise(given)
    return given
  } finally {
    Atomics.sub(blockCalls, ON_STACK, 1)
  }
}

function countPromise(promise: Promise<unknown>): void {
  Atomics.add(blockCalls, UNSETTLED, 1)
  const settled = (): void => void Atomics.sub(blockCalls, UNSETTLED, 1)
  promise.then(settled, settled)
}

/** Who holds a silent event loop, as far as it is on record. */
export function holderOfLoop(calls: Int32Array): string {
  if (Atomics.load(calls, ON_STACK) > 0) return 'a block'
  const unsettled = Atomics.load(calls, UNSETTLED)
  return unsettled > 0
    ? `one of ${unsettled} blocks that promised a value, or the service itself`
    : 'the service itself'
}
