import { MAX_QUESTIONS_LOOKED_AT, readOpenQuestions } from '../../store/waits/read.ts'
import { isMoment, type Page, readCursor, writeCursor } from '../../wire/cursor.ts'
import { metadataLabel } from '../../wire/labels.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type QuestionWire, questionToWire } from '../../wire/question.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkFilterText } from '../filterText.ts'
import { findQuestion } from './find.ts'

/** A question, open or not. Throws `not-found`. */
export async function readQuestion(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  id: string,
): Promise<QuestionWire> {
  requireScope(caller, 'questions:read')
  return questionToWire(await findQuestion(database, caller.tenant, id))
}

/** What the list can be asked for; all that is given must hold. */
export type QuestionsRequest = {
  readonly jobId?: string | undefined
  /** Labels of the job, by their keys; at most 50. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

const MAX_LABELS = 50

/**
 * A page of the open questions, newest first. It may be shorter than `limit`: only `next_cursor` null is the end. Throws
 * `malformed-request` for what can be no filter or cursor.
 */
export async function listQuestions(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { jobId, metadata = {}, limit = 50, cursor }: QuestionsRequest,
): Promise<Page<QuestionWire>> {
  requireScope(caller, 'questions:read')
  const after = cursor === undefined ? null : readCursor(cursor, isCursor)
  const rows = await readOpenQuestions(database, {
    tenant: caller.tenant,
    jobId: jobId === undefined ? null : checkFilterText(jobId),
    labels: labelsOf(metadata),
    after: after === null ? null : { askedAt: after[0], id: after[1] },
  })
  const fitting = rows.filter(({ fits }) => fits)
  const shown = fitting.slice(0, limit)
  const more = fitting.length > limit || rows.length === MAX_QUESTIONS_LOOKED_AT
  const last = fitting.length > limit ? shown.at(-1) : rows.at(-1)
  return {
    data: shown.map(questionToWire),
    next_cursor: more && last !== undefined ? writeCursor([last.asked_at, last.id]) : null,
  }
}

function labelsOf(metadata: Readonly<Record<string, string>>): string[] {
  const labels = Object.entries(metadata).map(([key, value]) => metadataLabel(key, value))
  if (labels.length > MAX_LABELS) {
    throw new ProblemError('malformed-request', `no job has more than ${MAX_LABELS} metadata; filter by fewer`)
  }
  return labels.map(checkFilterText)
}

function isCursor(value: unknown): value is [number, string] {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [askedAt, id]: readonly unknown[] = value
  return isMoment(askedAt) && askedAt < 253402300799999 && typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id)
}
