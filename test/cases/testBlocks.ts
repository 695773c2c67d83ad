import { type Block, defineBlock, Type } from '../../src/engine/block.ts'
import { InvalidArgument } from '../../src/engine/errors.ts'

const message = (initial: string) => Type.Object({ message: Type.String({ default: initial }) })
const nothing = Type.Object({})

/** The blocks that the reference cases name. */
export const testBlocks: readonly Block[] = [
  defineBlock({
    action: 'TEST.FAIL_VALUE',
    description: 'Throws an invalid-argument error.',
    parameters: message('bad value'),
    returns: Type.Null(),
    run: ({ message: text }) => {
      throw new InvalidArgument(text)
    },
  }),
  defineBlock({
    action: 'TEST.FAIL',
    description: 'Throws an error.',
    parameters: message('boom'),
    returns: Type.Null(),
    run: ({ message: text }) => {
      throw new Error(text)
    },
  }),
  defineBlock({
    action: 'TEST.RESTRICTED',
    description: 'Needs a tag.',
    tags: ['STAFF_ONLY'],
    parameters: nothing,
    returns: Type.String(),
    run: () => 'secret',
  }),
  defineBlock({
    action: 'TEST.TWO_TAGS',
    description: 'Needs two tags.',
    tags: ['A', 'B'],
    parameters: nothing,
    returns: Type.String(),
    run: () => 'ab',
  }),
  defineBlock({
    action: 'TEST.ONCE',
    description: 'May be used once a job.',
    maxUses: 1,
    parameters: nothing,
    returns: Type.String(),
    run: () => 'once',
  }),
  defineBlock({
    action: 'TEST.ECHO_ASYNC',
    description: 'Gives back what it got, later.',
    parameters: Type.Object({ value: Type.Unknown({ default: null }) }),
    returns: Type.Unknown(),
    run: async ({ value }) => {
      await null
      return value
    },
  }),
  defineBlock({
    action: 'TEST.TYPED',
    description: 'Repeats a label.',
    effects: false,
    parameters: Type.Object({ count: Type.Integer(), label: Type.String({ default: 'x' }) }),
    returns: Type.String(),
    run: ({ count, label }) => label.repeat(count),
  }),
]
