import { setTimeout } from 'node:timers/promises'
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
  ...flowBlocks(),
]

/** What TEST.LOG was given, by job. */
export const logged = new Map<string, unknown[]>()

/** How often steps were called, by their idempotency key. */
const calls = new Map<string, number>()

function countCall(key: string): number {
  const count = (calls.get(key) ?? 0) + 1
  calls.set(key, count)
  return count
}

function named(type: string, text: string): Error {
  const error = new Error(text)
  error.name = type
  return error
}

function flowBlocks(): Block[] {
  return [
    defineBlock({
      action: 'TEST.FLAKY',
      description: 'Fails some times, then gives the number of the call.',
      parameters: Type.Object({
        fails: Type.Integer(),
        type: Type.String({ default: 'Error' }),
        message: Type.String({ default: 'flaky' }),
      }),
      returns: Type.Integer(),
      run: ({ fails, type, message: text }, { step }) => {
        const count = countCall(step.idempotencyKey)
        if (count <= fails) throw named(type, text)
        return count
      },
    }),
    defineBlock({
      action: 'TEST.ERROR',
      description: 'Throws an error of any class.',
      parameters: Type.Object({ type: Type.String(), message: Type.String({ default: '' }) }),
      returns: Type.Null(),
      run: ({ type, message: text }) => {
        throw named(type, text)
      },
    }),
    defineBlock({
      action: 'TEST.SLOW',
      description: 'Takes some milliseconds.',
      parameters: Type.Object({ ms: Type.Integer(), value: Type.Unknown({ default: null }) }),
      returns: Type.Unknown(),
      run: ({ ms, value }, { signal }) => setTimeout(ms, value, { signal }),
    }),
    defineBlock({
      action: 'TEST.LOG',
      description: 'Notes a line.',
      parameters: Type.Object({ line: Type.Unknown() }),
      returns: Type.Unknown(),
      run: ({ line }, { job }) => {
        logged.set(job.id, [...(logged.get(job.id) ?? []), line])
        return line
      },
    }),
    defineBlock({
      action: 'TEST.TOUCH_AND_FAIL',
      description: 'Appends in place, then fails some times.',
      parameters: Type.Object({ list: Type.Array(Type.Unknown()), item: Type.Unknown(), fails: Type.Integer() }),
      returns: Type.Integer(),
      run: ({ list, item, fails }, { step }) => {
        list.push(item)
        const count = countCall(step.idempotencyKey)
        if (count <= fails) throw named('Error', 'after touching')
        return count
      },
    }),
  ]
}
