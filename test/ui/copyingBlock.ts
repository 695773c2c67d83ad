import { Type } from 'typebox'
import { defineBlock } from '../../src/index.ts'

/** Tells how far it is, and goes on when it is let. */
export function copyingBlock(action: string) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const block = defineBlock({
    action,
    description: 'Copies files.',
    effects: true,
    parameters: Type.Object({}),
    returns: Type.Integer(),
    run: async (_parameters, { progress }) => {
      progress({ done: 3, total: 7, message: 'three of seven files' })
      await promise
      return 7
    },
  })
  return { block, goOn: resolve }
}
