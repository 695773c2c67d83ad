import { defineBlock, InvalidArgument, Type } from '@conduit-jobs/server'

/** The operator's values: blocks get them, definitions can't see them. */
export const globals = { greeting: 'Welcome' }

export const shout = defineBlock({
  action: 'TEXT.SHOUT',
  description: 'Upper-cases and adds marks.',
  parameters: Type.Object({ text: Type.String(), marks: Type.Integer({ minimum: 1, default: 1 }) }),
  returns: Type.String(),
  effects: false,
  run: ({ text, marks }) => {
    if (text === '') throw new InvalidArgument('there is nothing to shout')
    return text.toUpperCase() + '!'.repeat(Math.min(marks, 100))
  },
})

export const welcome = defineBlock({
  action: 'PEOPLE.WELCOME',
  description: 'Greets a person in the words of the operator.',
  parameters: Type.Object({ name: Type.String() }),
  returns: Type.Object({ text: Type.String(), key: Type.String() }),
  tags: ['PEOPLE'],
  run: async ({ name }, { globals: { greeting }, signal, step }) => {
    signal.throwIfAborted()
    return { text: `${String(greeting)}, ${name}`, key: step.idempotencyKey }
  },
})
