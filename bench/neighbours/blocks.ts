import { setTimeout as sleep } from 'node:timers/promises'
import { defineBlock, Type } from '../../src/engine/block.ts'

/** A call that nobody answers for almost as long as a step may take. */
export const hang = defineBlock({
  action: 'HANG',
  description: 'Does nothing for 299 seconds.',
  parameters: Type.Object({}),
  returns: Type.Null(),
  run: async (_parameters, { signal }) => {
    await sleep(299_000, null, { signal })
    return null
  },
})
