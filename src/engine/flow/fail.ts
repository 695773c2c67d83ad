import { Type } from 'typebox'
import { FlowFailure } from '../run/failure.ts'
import type { FlowAction } from '../run/flow.ts'
import { caughtAround } from '../run/reach.ts'
import { isObject } from '../values/json.ts'

/** Fails as its author says; in a catch, with nothing said, with what was caught. */
export const fail: FlowAction = {
  action: 'FLOW.FAIL',
  description: 'Fails with an error of your own.',
  keywords: ['throw', 'raise', 'error'],
  parameters: Type.Object({
    type: Type.Optional(
      Type.String({ maxLength: 100, description: 'What a catch or a retry names. Default `Failed`.' }),
    ),
    message: Type.Optional(Type.String({ maxLength: 4096, description: 'For people.' })),
  }),
  returns: Type.Null(),
  shape: {},
  instant: ({ sequence }, { type, message }) => {
    const caught = type === undefined && message === undefined ? caughtAround(sequence) : null
    if (caught === null) throw new FlowFailure({ type: text(type) ?? 'Failed', message: text(message) ?? '' }, null)
    const error = isObject(caught.error) ? caught.error : {}
    const value = { ...error, type: text(error['type']) ?? 'Failed', message: text(error['message']) ?? '' }
    throw new FlowFailure(value, caught.inner)
  },
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
