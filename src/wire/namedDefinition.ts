import { type Static, Type } from 'typebox'
import { checkSchema } from '../engine/schemas/check.ts'
import { validatorOf } from '../engine/schemas/validator.ts'
import { isObject, type Json, type JsonObject } from '../engine/values/json.ts'
import { pointerPart } from '../engine/values/pointer.ts'
import { strayAnswers, strayPaths } from './stray.ts'
import type { FieldError } from './problem.ts'
import { fieldErrors } from './validationError.ts'
import { AnyJson, AnyObject } from './json.ts'

/** What only a job of its own says: not part of a definition that has a name. */
const NOT_NAMED = ['id', 'local_values', 'on_step_update', 'on_job_finish', 'definition', 'run_at', 'delay']

/** What GET adds, so that what it gives can be put again. */
const IGNORED = ['version', 'created_at', 'created_by', '$schema']

const MAX_TESTS = 200

const Expectation = Type.Object(
  {
    success: Type.Boolean({ description: 'How the job ends.' }),
    output: Type.Optional(AnyJson({ description: 'Its output.' })),
    steps: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          {
            status: Type.Optional(Type.String({ description: "A status' name." })),
            return_value: Type.Optional(AnyJson()),
          },
          { additionalProperties: false },
        ),
        { description: 'Steps by their paths.' },
      ),
    ),
  },
  { additionalProperties: false },
)

/** What stands for a step that would touch the world. */
export const Mock = Type.Union([
  Type.Object({ return_value: AnyJson() }, { additionalProperties: false }),
  Type.Object(
    {
      error: Type.Object(
        { type: Type.String(), message: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
])

/** One test of a definition: what goes in, what stands for its blocks with effects, what must come out. */
export const DefinitionTest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    local_values: Type.Optional(AnyObject()),
    mocks: Type.Optional(
      Type.Record(Type.String(), Mock, { description: 'By paths of steps, without the numbers of rounds.' }),
    ),
    signals: Type.Optional(Type.Record(Type.String(), Type.Array(AnyJson()))),
    answers: Type.Optional(AnyObject()),
    expect: Expectation,
  },
  { additionalProperties: false },
)
export type DefinitionTest = Static<typeof DefinitionTest>

/** What a named definition has beside the fields of a job. */
export const NamedExtras = Type.Object({
  description: Type.Optional(Type.String({ maxLength: 2000 })),
  title: Type.Optional(Type.String({ maxLength: 200 })),
  tests: Type.Optional(Type.Array(DefinitionTest, { maxItems: MAX_TESTS })),
})
const validator = validatorOf(NamedExtras)

/** A definition to be named, parted: what its jobs run, and what only the name has. */
export type NamedContent = {
  /** As it is stored and given back. */
  readonly content: JsonObject
  /** What a job of it posts, but for its own fields. */
  readonly job: JsonObject
  readonly inputs: JsonObject | null
  readonly tests: readonly DefinitionTest[]
}

/** Parts what was put under a name; `errors` has what does not fit outside of what a job posts. */
export function readNamedContent(name: string, given: JsonObject): { named: NamedContent; errors: FieldError[] } {
  const content: JsonObject = Object.fromEntries(
    Object.entries(given).filter(([key]) => !IGNORED.includes(key) && key !== 'name'),
  )
  const { inputs, tests: _tests, title, description, ...rest } = content
  const texts = {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  }
  const job = { ...rest, ...texts }
  const extras = readExtras(content)
  const errors = [
    ...checkName(name, given['name']),
    ...NOT_NAMED.filter((key) => Object.hasOwn(content, key)).map((key) => ({
      pointer: pointerPart(key),
      detail: 'belongs to a job, not to a definition with a name',
    })),
    ...extras.errors,
    ...checkInputs(inputs),
    ...strayPathsOf(job, extras.tests),
  ]
  const named = { content, job, inputs: isObject(inputs) ? inputs : null, tests: extras.tests }
  return { named, errors }
}

function readExtras({ title, description, tests }: JsonObject): {
  tests: readonly DefinitionTest[]
  errors: FieldError[]
} {
  const given: unknown = Object.fromEntries(
    Object.entries({ title, description, tests }).filter(([, value]) => value !== undefined),
  )
  if (!validator.Check(given)) return { tests: [], errors: fieldErrors(validator, given) }
  return { tests: given.tests ?? [], errors: [] }
}

function checkName(name: string, given: Json | undefined): FieldError[] {
  if (given === undefined || given === name) return []
  return [{ pointer: '/name', detail: `must be that of the path, ${name}` }]
}

function checkInputs(inputs: Json | undefined): FieldError[] {
  if (inputs === undefined) return []
  return checkSchema(inputs).map(({ pointer, detail }) => ({ pointer: `/inputs${pointer}`, detail }))
}

/** Paths that tests name and the definition does not have. */
function strayPathsOf(job: JsonObject, tests: readonly DefinitionTest[]): FieldError[] {
  return tests.flatMap(({ mocks = {}, answers = {}, expect }, i) => [
    ...strayPaths(job, mocks, `/tests/${i}/mocks`),
    ...strayAnswers(job, answers, `/tests/${i}/answers`),
    ...strayPaths(job, expect.steps ?? {}, `/tests/${i}/expect/steps`),
  ])
}

/** A definition as it is read back: its content, flat, with its place among its versions. */
export const NamedDefinition = Type.Object(
  {
    name: Type.String(),
    version: Type.Integer(),
    created_at: Type.String({ format: 'date-time' }),
    created_by: Type.Union([Type.String(), Type.Null()], { description: 'The id of the key that wrote it.' }),
  },
  { $id: 'NamedDefinition', additionalProperties: true, description: 'A version of a definition, with its content.' },
)
export type NamedDefinition = Static<typeof NamedDefinition>

/** A version without its content. */
export const DefinitionVersion = Type.Object(
  {
    name: Type.String(),
    version: Type.Integer(),
    created_at: Type.String({ format: 'date-time' }),
    created_by: Type.Union([Type.String(), Type.Null()]),
  },
  { $id: 'DefinitionVersion', description: 'A version of a definition.' },
)
export type DefinitionVersion = Static<typeof DefinitionVersion>
