import { setFlagsFromString } from 'node:v8'

/**
 * How far the heap may grow, in percent of what was alive, before it is collected again. V8's own rule lets it double
 * and more where the machine has memory to spare, and nothing of a request lives longer than the request. Measured side
 * by side, 40 instead takes 10 to 30 MB less and 7 percent more of the main thread's time.
 */
const GROWTH_PERCENT = 70

/**
 * Sets V8 up for a process that is a service alone: its heap is kept small. To be called before anything is loaded that is
 * to be kept: V8 takes nothing that was compiled under other flags, so the lease's thread would keep its modules once more.
 */
export function prepareForService() {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}
