import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { ONE_LINE } from './patterns.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import type { StoredWait } from '../store/waits/read.ts'
import { timestamp, timestampOrNull } from './jobView.ts'
import { openEnum } from './openEnum.ts'
import { type ProblemError, validationProblem } from './problem.ts'
import { fieldErrors } from './validationError.ts'
import { AnyJson } from './json.ts'
import { storedJson } from '../engine/values/storedJson.ts'

const moment = (description: string) => Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })
const textOrNull = Type.Union([Type.String(), Type.Null()])

/** How a question stands. */
export const QUESTION_STATES = ['open', 'answered', 'expired', 'cancelled'] as const

/** A question that a step of a job asks. */
export const Question = Type.Object(
  {
    id: Type.String({ examples: ['0d4ab3f2-9f6c-8f0e-b1f0-2f6a5d0f8f11'] }),
    job_id: Type.String(),
    job_name: textOrNull,
    step: Type.String({ description: 'The path of the step that asks.', examples: ['approve'] }),
    title: textOrNull,
    text: textOrNull,
    form: AnyJson({ description: 'A JSON Schema of the answer.' }),
    to: Type.Union([Type.String(), Type.Null()], { description: 'Who is asked, for people.' }),
    state: openEnum([...QUESTION_STATES], 'More may come.'),
    asked_at: Type.String({ format: 'date-time' }),
    until: moment('When it ends by itself; null: never.'),
    answer: Type.Union(
      [
        Type.Object({
          value: AnyJson(),
          by: Type.String({ description: 'Who gave it, for people.' }),
          at: Type.String({ format: 'date-time' }),
        }),
        Type.Null(),
      ],
      { description: 'Null: there is none.' },
    ),
    metadata: Type.Record(Type.String(), Type.String(), { description: 'Of the job.' }),
  },
  { $id: 'Question', description: 'A question that a step `FLOW.ASK` asks.' },
)
export type QuestionWire = Static<typeof Question>

const By = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: ONE_LINE,
  description: 'Who answers, for people. A key without `admin` always answers by its own name.',
})

/** An answer to a question. */
export const AnswerInput = Type.Object(
  {
    value: AnyJson({ description: 'What fits the form of the question.' }),
    by: Type.Optional(By),
  },
  {
    $id: 'AnswerInput',
    additionalProperties: false,
    description: 'An answer.',
    examples: [{ value: { approved: true }, by: 'ada' }],
  },
)

/** What somebody answered, and who it was by their own word; null: they did not say. */
export type Answer = { readonly value: Json; readonly by: string | null }

const validator = validatorOf(AnswerInput)

/** Reads an answer. Throws a `ProblemError` `invalid-answer`. */
export function readAnswer(given: unknown): Answer {
  if (validator.Check(given)) return { value: given.value, by: given.by ?? null }
  throw invalidAnswer(fieldErrors(validator, given))
}

/** What is wrong with an answer, and where. */
export function invalidAnswer(errors: readonly { readonly pointer: string; readonly detail: string }[]): ProblemError {
  return validationProblem('invalid-answer', errors)
}

/** What is asked, as it is stored. */
export type Asked = {
  readonly title: string | null
  readonly text: string | null
  readonly form: JsonObject
  readonly to: string | null
}

/** What is asked, and the names of signals that are waited for, as they are stored. */
export const ASKED = storedJson<Asked>()

/** The name of a signal that is waited for, as it is stored. */
export const AWAITED = storedJson<{ readonly name: string }>()
const ANSWERED = storedJson<{ readonly value: Json; readonly by: string; readonly at: number }>()
const LABELS = storedJson<{ readonly metadata?: Readonly<Record<string, string>> }>()

/** A question as it stands on the wire. */
export function questionToWire(stored: StoredWait): QuestionWire {
  const { title, text, form, to } = ASKED.read(stored.content)
  const answer = stored.answer === null ? null : ANSWERED.read(stored.answer)
  const labels = stored.labels === null ? {} : LABELS.read(stored.labels)
  return {
    id: stored.id,
    job_id: stored.job_id,
    job_name: stored.job_name,
    step: stored.path,
    title,
    text,
    form,
    to,
    state: stored.state,
    asked_at: timestamp(stored.asked_at),
    until: timestampOrNull(stored.until),
    answer: answer === null ? null : { ...answer, at: timestamp(answer.at) },
    metadata: labels.metadata ?? {},
  }
}

/** A question as who has a link to it sees it: nothing of its job. */
export type LinkedQuestion = Omit<QuestionWire, 'job_id' | 'job_name' | 'step' | 'metadata'>

/** Leaves out what who has only a link is not to see. */
export function linkedQuestionToWire(question: QuestionWire): LinkedQuestion {
  const { job_id: _job, job_name: _name, step: _step, metadata: _metadata, ...shown } = question
  return shown
}
