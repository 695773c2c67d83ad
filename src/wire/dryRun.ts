import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { isParsedObject } from '../engine/values/json.ts'
import { Mock } from './namedDefinition.ts'
import { validationProblem } from './problem.ts'
import { fieldErrors } from './validationError.ts'
import { AnyJson, AnyObject } from './json.ts'

/** What stands for the world in a dry run. */
const world = {
  mocks: Type.Optional(
    Type.Record(Type.String(), Mock, { description: 'By paths of steps, without the numbers of rounds.' }),
  ),
  signals: Type.Optional(
    Type.Record(Type.String(), Type.Array(AnyJson()), { description: 'Bodies by the names of signals.' }),
  ),
  answers: Type.Optional(AnyObject({ description: 'By paths of the steps that ask.' })),
}
const World = Type.Object(world)
const validator = validatorOf(World)

/** What `POST /v1/jobs/dry-run` takes: what POST takes, and what stands for the world. */
export const DryRunInput = Type.Object(world, {
  $id: 'DryRunInput',
  additionalProperties: true,
  description: 'A job as it is posted, with `mocks`, `signals` and `answers` beside it.',
  examples: [
    {
      steps: [{ id: 'get', action: 'HTTP.REQUEST', parameters: { url: 'https://example.com/' } }],
      tags: ['HTTP'],
      output: '{: get.body :}',
      mocks: { get: { return_value: { status: 200, body: 'well' } } },
    },
  ],
})
export type DryRunInput = Static<typeof DryRunInput>

/** Parts a dry run's body: the job, and its world. Throws `invalid-definition` with a pointer to each validation error. */
export function parseDryRun(body: unknown): { readonly posted: unknown; readonly world: Static<typeof World> } {
  if (!isParsedObject(body)) return { posted: body, world: {} }
  const { mocks, signals, answers, ...posted } = body
  const given: unknown = Object.fromEntries(
    Object.entries({ mocks, signals, answers }).filter(([, value]) => value !== undefined),
  )
  if (validator.Check(given)) return { posted, world: given }
  const errors = fieldErrors(validator, given)
  throw validationProblem('invalid-definition', errors)
}
