import type { Definition } from '../engine/definition.ts'
import { validatorOf } from '../engine/schemas/validator.ts'
import { durationOf } from '../engine/values/duration.ts'
import { isParsedObject, MAX_DEPTH } from '../engine/values/json.ts'
import { pointerPart } from '../engine/values/pointer.ts'
import { checkExpressions } from './checkExpressions.ts'
import { checkFlow } from './checkFlow.ts'
import { BranchInput, Callback, CatchInput, JobInput, RetryInput, StepInput } from './definition.ts'
import { parseMoment } from './moment.ts'
import { fieldAside, nearestField, withoutKeys } from './knownFields.ts'
import { readDefinition } from './readDefinition.ts'
import { type FormError, formErrors } from './validationError.ts'
import { type FieldError, ProblemError } from './problem.ts'
import { isWebhookSecret, SECRET_DEMAND } from './webhookSecret.ts'

const validator = validatorOf(JobInput, {
  'Callback#': Callback,
  'StepInput#': StepInput,
  'BranchInput#': BranchInput,
  'CatchInput#': CatchInput,
  'RetryInput#': RetryInput,
})

/** A posted job: what the engine runs, and what it does not need to know. */
export type ParsedJob = {
  /** The client's own id, or null. */
  readonly id: string | null
  readonly definition: Definition
  readonly callbacks: Callbacks
  /** When it is to begin; null: at once. */
  readonly start: Start | null
}

/** A moment in milliseconds since 1970, or so many milliseconds after its acceptance. */
export type Start = { readonly at: number } | { readonly afterMs: number }

/** Where the job's own messages go. */
export type Callbacks = { readonly onStepUpdate: Callback | null; readonly onJobFinish: Callback | null }

/** What the operator allows in one definition. */
export type DefinitionRules = {
  readonly maxSteps: number
  /** Says why a callback's URL may not be used, or null. */
  readonly judgeUrl: (url: string) => string | null
}

/**
 * Checks a posted job and fills in its defaults.
 *
 * Throws a `ProblemError` `invalid-definition` with a pointer to each validation error. A definition that is well
 * formed but asks for something wrong is accepted: that shows in the statuses of its steps.
 */
export function parseJob(input: unknown, rules: DefinitionRules): ParsedJob {
  const judged = judgeJob(input, rules)
  if (judged.errors.length > 0 || judged.input === null) {
    throw invalid(judged.errors.map(({ pointer, detail }) => ({ pointer, detail })))
  }
  return parsedJob(judged.input)
}

/**
 * What is wrong with a posted job, and the job where at least its form is right, but for keys that it does not have and
 * fields on which nothing else depends: those are left out.
 */
export type JudgedJob = {
  readonly errors: readonly CodedError[]
  readonly input: JobInput | null
}

type CodedError = FieldError & { readonly code: 'expression' | 'invalid' }

/**
 * Judges a posted job as `parseJob` does, and tells what it would refuse.
 *
 * @param most errors of its form to be told at most
 */
export function judgeJob(input: unknown, rules: DefinitionRules, most?: number): JudgedJob {
  const deep = findTooDeep(input)
  if (deep !== null) return { errors: [{ ...deep, code: 'invalid' }], input: null }
  return validator.Check(input) ? judgeInput(input, rules) : judgeForm(input, rules, most)
}

function judgeForm(input: unknown, rules: DefinitionRules, most?: number): JudgedJob {
  const found = formErrors(validator, input, most)
  const told = found.map(tellForm)
  if (!isParsedObject(input)) return { errors: told.map(asInvalid), input: null }
  const known = withoutKeys(
    input,
    found.flatMap(({ unknownKey, pointer }) => (unknownKey ? pointer : (fieldAside(pointer) ?? []))),
  )
  if (validator.Check(known)) {
    const { errors } = judgeInput(known, rules)
    return { errors: [...told.map(asInvalid), ...errors], input: known }
  }
  return { errors: [...told, ...checkFlow(input, rules.maxSteps)].map(asInvalid), input: null }
}

function judgeInput(input: JobInput, rules: DefinitionRules): JudgedJob {
  const errors = [
    ...checkTexts(input),
    ...checkFlow(input, rules.maxSteps),
    ...checkCallbacks(input, rules),
    ...checkStart(input),
  ]
  return { errors: [...errors.map(asInvalid), ...checkExpressions(input)], input }
}

function asInvalid(error: FieldError): CodedError {
  return { ...error, code: 'invalid' }
}

/** As it is told: of a key that is not known what it may be called, or the field that was meant. */
function tellForm({ pointer, detail, unknownKey }: FormError): FieldError {
  if (!unknownKey) return { pointer, detail }
  const rule = KEY_RULES.find(([parent]) => pointer.startsWith(parent))?.[1]
  if (rule !== undefined) return { pointer, detail: rule }
  const suggestion = nearestField(pointer)
  return suggestion === null
    ? { pointer, detail }
    : { pointer, detail: `${detail}; did you mean ${suggestion}?`, suggestion }
}

/** A job that was judged to be right. */
function parsedJob(input: JobInput): ParsedJob {
  return {
    id: input.id ?? null,
    definition: readDefinition(input),
    callbacks: { onStepUpdate: input.on_step_update ?? null, onJobFinish: input.on_job_finish ?? null },
    start: readStart(input),
  }
}

/** What a key in these may be called: a schema can only say that another is not known. */
const KEY_RULES: readonly (readonly [parent: string, rule: string])[] = [
  ['/metadata/', 'the key must be 1 to 40 letters, digits, _ or -'],
  ['/block_limit_overrides/', 'the key must be a pattern of 1 to 200 characters'],
]

function readStart({ run_at: runAt, delay }: JobInput): Start | null {
  if (runAt != null) return { at: Date.parse(runAt) }
  const afterMs = durationOf(delay)
  return afterMs === null ? null : { afterMs }
}

function checkStart({ run_at: runAt, delay }: JobInput): FieldError[] {
  if (runAt == null) return []
  if (delay != null) return [{ pointer: '/delay', detail: 'must not stand beside run_at' }]
  return parseMoment(runAt) === null ? [{ pointer: '/run_at', detail: 'must be a moment as in RFC 3339' }] : []
}

function invalid(errors: readonly FieldError[]): ProblemError {
  const [first] = errors
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return new ProblemError('invalid-definition', `${first?.pointer || 'the body'} ${first?.detail}${more}`, { errors })
}

/** NUL and lone surrogates are kept in values, but names and labels are for lists, headers and indexes. */
function checkTexts(input: JobInput): FieldError[] {
  const errors: FieldError[] = []
  const check = (text: string | null | undefined, pointer: () => string): void => {
    if (text == null || (!text.includes('\0') && text.isWellFormed())) return
    errors.push({ pointer: pointer(), detail: 'must not hold NUL or a lone surrogate' })
  }
  check(input.name, () => '/name')
  input.tags?.forEach((tag, i) => check(tag, () => `/tags/${i}`))
  for (const key in input.metadata) check(input.metadata[key], () => `/metadata${pointerPart(key)}`)
  return errors
}

function checkCallbacks(input: JobInput, { judgeUrl }: DefinitionRules): FieldError[] {
  return (['on_step_update', 'on_job_finish'] as const).flatMap((field) => {
    const callback = input[field]
    if (callback == null) return []
    const reason = judgeUrl(callback.url)
    return [
      ...(reason === null ? [] : [{ pointer: `/${field}/url`, detail: reason }]),
      ...(callback.secret === undefined || isWebhookSecret(callback.secret)
        ? []
        : [{ pointer: `/${field}/secret`, detail: SECRET_DEMAND }]),
    ]
  })
}

/**
 * The first place beyond 200 levels. It goes no deeper than that, so it can't overflow the stack; its pointer is exact
 * for the first four parts.
 */
function findTooDeep(input: unknown): FieldError | null {
  const pointer = tooDeepBelow(input, 0)
  return pointer === null ? null : { pointer, detail: `must not be nested deeper than ${MAX_DEPTH} levels` }
}

function tooDeepBelow(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null) return null
  if (depth >= MAX_DEPTH) return ''
  for (const key in value) {
    const below: unknown = Reflect.get(value, key)
    const pointer = typeof below === 'object' ? tooDeepBelow(below, depth + 1) : null
    if (pointer !== null) return depth < 4 ? pointerPart(key) + pointer : pointer
  }
  return null
}
