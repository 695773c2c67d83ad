import { setTimeout as sleep } from 'node:timers/promises'
import { defineBlock, Type } from '../../../src/engine/block.ts'

/** Stands for a call of another service. */
export const call = defineBlock({
  action: 'BENCH.CALL',
  description: 'Takes some time, and gives it.',
  parameters: Type.Object({ ms: Type.Integer({ minimum: 0 }) }),
  returns: Type.Integer(),
  run: async ({ ms }, { signal }) => {
    if (ms > 0) await sleep(ms, null, { signal })
    return ms
  },
})
