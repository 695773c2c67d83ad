import { Type } from 'typebox'
import type { ErrorValue } from '../../errors.ts'
import { FlowFailure } from '../failure.ts'
import type { FlowAction } from '../flowAction.ts'
import { caughtAround } from '../reach.ts'
import type { Failure } from '../state.ts'
import { isObject } from '../../values/json.ts'

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
    throw new FlowFailure(thrownAgain(caught), caught.inner)
  },
}

function thrownAgain({ error: caught }: Failure): ErrorValue {
  const error = isObject(caught) ? caught : {}
  return { ...error, type: text(error['type']) ?? 'Failed', message: text(error['message']) ?? '' }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
