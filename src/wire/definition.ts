import { type Static, Type } from 'typebox'
import { LONGEST_DURATION } from '../engine/values/duration.ts'
import { JOB_ID } from '../engine/values/jobId.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import { AnyJson, AnyObject } from './json.ts'
import { DEFINITION_NAME, DURATION_PATTERN, HTTP_URL, METADATA_KEY, STEP_ID, WEBHOOK_SECRET } from './patterns.ts'
import { refTo } from './ref.ts'

const MAX_INT = 2147483647

/** A callback of one job alone. */
export const Callback = Type.Object(
  {
    url: Type.String({
      maxLength: 2048,
      pattern: HTTP_URL,
      description: 'Where messages go; http or https, without credentials.',
    }),
    secret: Type.Optional(
      Type.String({
        maxLength: 100,
        pattern: WEBHOOK_SECRET,
        description:
          '`whsec_` and base64 of 24 to 64 bytes; left out, the messages are signed with a secret of the operator.',
      }),
    ),
  },
  { $id: 'Callback', additionalProperties: false, description: 'A callback of one job alone.' },
)

const AnyValue = (description: string) => AnyJson({ description })
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, description: string) =>
  Type.Optional(Type.Union([schema, Type.Null()], { description }))

const Title = OrNull(Type.String({ maxLength: 200 }), 'For people.')
const Description = OrNull(Type.String({ maxLength: 2000 }), 'For people.')

/** A length of time as a client writes it. */
const duration = (description: string) =>
  Type.Union(
    [Type.Number({ minimum: 0, maximum: LONGEST_DURATION / 1000 }), Type.String({ pattern: DURATION_PATTERN })],
    {
      description,
      examples: ['30s'],
    },
  )

const Names = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 100, description })

/** When and how often a step is tried again. */
export const RetryInput = Type.Object(
  {
    max_attempts: Type.Integer({ minimum: 2, maximum: 100, description: 'All attempts together.' }),
    delay: Type.Optional(duration('Before the second attempt. Default 1s.')),
    factor: Type.Optional(
      Type.Number({ minimum: 1, maximum: 100, description: 'Of each wait to the next. Default 2.' }),
    ),
    max_delay: Type.Optional(duration('No wait is longer. Default 5m.')),
    jitter: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'The part of a wait taken off at random. Default 0.2.' }),
    ),
    on: Type.Optional(Names('Types of errors or statuses that are tried again.')),
    not_on: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 100,
        description: 'Types of errors or statuses that are not.',
      }),
    ),
  },
  { $id: 'RetryInput', additionalProperties: false, description: 'When and how often a step is tried again.' },
)

const Steps = (description: string) => Type.Array(refTo<StepInput>('StepInput'), { description })

/** What holds a failure. */
export const CatchInput = Type.Object(
  {
    on: Type.Optional(Names('Types of errors or statuses that it holds. Left out: every failure but a cancel.')),
    if: Type.Optional(AnyValue('It holds only if this is truthy; `failure` is in reach.')),
    steps: Type.Optional(Steps('What runs in place of what failed.')),
    output: Type.Optional(AnyValue('The value in place of the one that is missing.')),
  },
  { $id: 'CatchInput', additionalProperties: false, description: 'What holds a failure, and goes on in its place.' },
)

const Id = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: STEP_ID,
  description: 'Names the step in tags and URLs; no `/`, no control characters. Default: its position.',
})

/** One way among several. */
export const BranchInput = Type.Object(
  {
    id: Type.Optional(Id),
    if: Type.Optional(AnyValue('Whether it is taken. Absent or null: always.')),
    steps: Type.Optional(Steps('What runs.')),
    output: Type.Optional(AnyValue('Its value; default that of its last step.')),
  },
  { $id: 'BranchInput', additionalProperties: false, description: 'One way among several.' },
)

/** A step as a client writes it. */
export const StepInput = Type.Object(
  {
    action: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'The block to call, in any case: `text.join` is `TEXT.JOIN`. Left out beside `steps`: `FLOW.DO`.',
        examples: ['TEXT.JOIN'],
      }),
    ),
    id: Type.Optional(Id),
    parameters: Type.Optional(
      AnyObject({
        description: 'What the block gets; tags are resolved. Default `{}`.',
      }),
    ),
    forced: Type.Optional(Type.Boolean({ description: 'Runs also after an earlier step failed. Default false.' })),
    if: Type.Optional(AnyValue('The step runs only if this is truthy; absent or null means no condition.')),
    title: Title,
    description: Description,
    timeout: OrNull(duration(''), 'How long one attempt may take, or what is below, or the wait.'),
    retry: Type.Optional(
      Type.Union(
        [
          Type.Null(),
          refTo<RetryInput>('RetryInput'),
          Type.Array(refTo<RetryInput>('RetryInput'), { minItems: 1, maxItems: 20 }),
        ],
        {
          description:
            "When it is tried again; of a list the first rule that matches counts. Null: never. Left out: the block's default.",
        },
      ),
    ),
    catch: Type.Optional(
      Type.Union([refTo<CatchInput>('CatchInput'), Type.Array(refTo<CatchInput>('CatchInput'), { maxItems: 20 })], {
        description: 'What holds its failure; of a list the first that does.',
      }),
    ),
    undo: Type.Optional(Steps('What takes it back, should what it stands in fail later.')),
    steps: Type.Optional(Steps('What runs below it.')),
    branches: Type.Optional(
      Type.Array(refTo<BranchInput>('BranchInput'), { minItems: 1, maxItems: 100, description: 'Ways below it.' }),
    ),
    until: Type.Optional(AnyValue('FLOW.REPEAT: no further round once this is truthy.')),
    output: Type.Optional(AnyValue('Its value; default what its action gives.')),
  },
  { $id: 'StepInput', additionalProperties: false, description: 'A call of a block, or a step that steers others.' },
)

/** For editors: where a schema of definitions is. */
const SchemaLink = Type.Optional(Type.String({ maxLength: 2000, description: 'For editors; ignored.' }))

/** A job as a client posts it. */
export const JobInput = Type.Object(
  {
    $schema: SchemaLink,
    id: Type.Optional(
      Type.String({
        pattern: JOB_ID,
        description: 'An id of your own; otherwise a time-sortable one is made.',
      }),
    ),
    name: OrNull(Type.String({ maxLength: 200 }), 'For people, and for the filter of the list.'),
    title: Title,
    description: Description,
    tags: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 64,
        description: 'Which tagged blocks this job may use.',
      }),
    ),
    variables: Type.Optional(AnyObject({ description: 'Read and written by steps: `{# name #}`.' })),
    local_values: Type.Optional(AnyObject({ description: 'Read by steps, never written: `{< name >}`.' })),
    metadata: Type.Optional(
      Type.Record(Type.String({ pattern: METADATA_KEY }), Type.String({ maxLength: 500 }), {
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
    run_at: OrNull(Type.String({ format: 'date-time' }), 'It is `scheduled` until then; in the past: at once.'),
    delay: OrNull(duration(''), 'The same, from now on; not beside `run_at`.'),
    timeout: OrNull(duration(''), 'How long it may take from its begin, waits included.'),
    on_failure: Type.Optional(Steps('What runs after a failure that nothing caught.')),
    steps: Steps('In order of execution.'),
  },
  {
    $id: 'JobInput',
    additionalProperties: false,
    description: 'A definition: the steps of a job and the values they work on.',
    examples: [
      {
        name: 'greeting',
        steps: [{ id: 'join', action: 'TEXT.JOIN', parameters: { text1: 'Hello ', text2: 'World' } }],
        output: '{: join :}',
      },
    ],
  },
)

/** A job that names its definition in place of steps. */
export const JobByName = Type.Object(
  {
    definition: Type.String({
      pattern: DEFINITION_NAME,
      description: 'The name of a definition.',
      examples: ['refund'],
    }),
    version: OrNull(Type.Integer({ minimum: 1, maximum: MAX_INT }), 'Left out: the latest.'),
    ...Type.Pick(JobInput, [
      '$schema',
      'id',
      'name',
      'metadata',
      'local_values',
      'run_at',
      'delay',
      'on_step_update',
      'on_job_finish',
    ]).properties,
  },
  {
    $id: 'JobByName',
    additionalProperties: false,
    description: 'A job that names its definition; `local_values` are held against its `inputs`.',
    examples: [{ definition: 'refund', local_values: { order: '77' } }],
  },
)
export type JobByName = Static<typeof JobByName>

export type Callback = Static<typeof Callback>
export type RetryInput = Static<typeof RetryInput>

/** Written out: a schema that refers to itself has no type of its own. */
export type StepInput = {
  action?: string
  id?: string
  parameters?: JsonObject
  forced?: boolean
  if?: Json
  title?: string | null
  description?: string | null
  timeout?: string | number | null
  retry?: RetryInput | RetryInput[] | null
  catch?: CatchInput | CatchInput[]
  undo?: StepInput[]
  steps?: StepInput[]
  branches?: BranchInput[]
  until?: Json
  output?: Json
}
/** A catch of a step as it was posted, which the schema has taken. */
export type CatchInput = { on?: string[]; if?: Json; steps?: StepInput[]; output?: Json }
/** A branch of a step as it was posted, which the schema has taken. */
export type BranchInput = { id?: string; if?: Json; steps?: StepInput[]; output?: Json }
export type JobInput = Static<typeof JobInput>
