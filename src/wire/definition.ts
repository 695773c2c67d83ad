import { type Static, Type } from 'typebox'
import { refTo } from './ref.ts'

const MAX_INT = 2147483647

/** A callback of one job alone. */
export const Callback = Type.Object(
  {
    url: Type.String({ maxLength: 2048, description: 'Where messages go; http or https, without credentials.' }),
    secret: Type.Optional(
      Type.String({
        maxLength: 100,
        description:
          '`whsec_` and base64 of 24 to 64 bytes; left out, the messages are signed with a secret of the operator.',
      }),
    ),
  },
  { $id: 'Callback', additionalProperties: false, description: 'A callback of one job alone.' },
)

const AnyValue = (description: string) => Type.Unknown({ description })
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, description: string) =>
  Type.Optional(Type.Union([schema, Type.Null()], { description }))

/** A step as a client writes it. */
export const StepInput = Type.Object(
  {
    action: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The block to call, in any case: `text.join` is `TEXT.JOIN`.',
      examples: ['TEXT.JOIN'],
    }),
    id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f/]*$',
        description: 'Names the step in tags and URLs; no `/`, no control characters. Default: its position.',
      }),
    ),
    parameters: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'What the block gets; tags are resolved. Default `{}`.',
      }),
    ),
    forced: Type.Optional(Type.Boolean({ description: 'Runs also after an earlier step failed. Default false.' })),
    if: Type.Optional(AnyValue('The step runs only if this is truthy; absent or null means no condition.')),
  },
  { $id: 'StepInput', additionalProperties: false, description: 'One call of a block.' },
)

/** A job as a client posts it (CONTRACT.md, "Jobs"). */
export const JobInput = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
        description: 'An id of your own; otherwise a time-sortable one is made.',
      }),
    ),
    name: OrNull(Type.String({ maxLength: 200 }), 'For people, and for the filter of the list.'),
    tags: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 64,
        description: 'Which tagged blocks this job may use.',
      }),
    ),
    variables: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Read and written by steps: `{# name #}`.' }),
    ),
    local_values: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Read by steps, never written: `{< name >}`.' }),
    ),
    metadata: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9_-]{1,40}$' }), Type.String({ maxLength: 500 }), {
        maxProperties: 50,
        additionalProperties: false,
        description: 'Your own labels: returned, in events, a filter of the list.',
      }),
    ),
    step_limit: OrNull(Type.Integer({ minimum: 0, maximum: MAX_INT }), 'Steps beyond it get STEP_LIMIT_EXCEED.'),
    block_limit_overrides: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[^]{1,200}$' }),
        Type.Union([Type.Integer({ minimum: -MAX_INT - 1, maximum: MAX_INT }), Type.Null()]),
        {
          maxProperties: 200,
          additionalProperties: false,
          description: "Replaces blocks' own limits, by pattern (`*`, `?`); null lifts one, 0 or less forbids it.",
        },
      ),
    ),
    on_step_update: OrNull(refTo<Callback>('Callback'), 'Called when a step reaches its final status.'),
    on_job_finish: OrNull(refTo<Callback>('Callback'), 'Called when the job is over.'),
    output: Type.Optional(AnyValue('Any JSON with tags in it; resolved when the job is over.')),
    steps: Type.Array(refTo<StepInput>('StepInput'), { description: 'In order of execution.' }),
  },
  {
    $id: 'JobInput',
    additionalProperties: false,
    description: 'A definition: the steps of a job and the values they work on.',
  },
)

export type Callback = Static<typeof Callback>
export type StepInput = Static<typeof StepInput>
export type JobInput = Static<typeof JobInput>
