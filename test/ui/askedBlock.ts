import { Type } from 'typebox'
import { defineBlock } from '../../src/index.ts'

/** Says how far it is once it is asked to, and goes on when it is let. */
export function askedBlock(action: string) {
  const asked = Promise.withResolvers<void>()
  const said = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const block = defineBlock({
    action,
    description: 'Moves files.',
    effects: true,
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: async (_parameters, { progress }) => {
      await asked.promise
      progress({ done: 1, total: 2, message: 'one of two files' })
      said.resolve()
      await end.promise
      return null
    },
  })
  const say = (): Promise<void> => {
    asked.resolve()
    return said.promise
  }
  return { block, say, goOn: end.resolve }
}
