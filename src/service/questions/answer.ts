import { ClientSchema } from '../../engine/schemas/clientSchema.ts'
import { readKeyRow } from '../../store/access/keys.ts'
import type { StoredWait } from '../../store/waits/read.ts'
import { ProblemError } from '../../wire/problem.ts'
import {
  type Answer,
  ASKED,
  invalidAnswer,
  type QuestionWire,
  questionToWire,
  readAnswer,
} from '../../wire/question.ts'
import { checkSent } from '../../wire/signal.ts'
import { actorOf, ANONYMOUS, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findQuestion } from './find.ts'

type Deps = Pick<ServiceDeps, 'database' | 'executor' | 'valueLimitBytes'>

/** An answer, as it was sent. */
export type AnswerRequest = { readonly id: string; readonly given: unknown }

/**
 * Answers a question, once, and gives it as it is then. Throws `not-found`, `question-answered`, `question-expired`,
 * `payload-too-large`, and `invalid-answer` with pointers for what does not fit its form.
 */
export async function answerQuestion(deps: Deps, caller: Caller, { id, given }: AnswerRequest): Promise<QuestionWire> {
  requireScope(caller, 'questions:answer')
  const question = await findQuestion(deps.database, caller.tenant, id)
  const answer = checkedAnswer(question, given, deps.valueLimitBytes)
  return giveAnswer(deps, question, answer, await nameOf(deps, caller, answer), actorOf(caller))
}

/** Reads an answer to a question that is open. Throws where it is not, or where the answer does not fit its form. */
export function checkedAnswer(question: StoredWait, given: unknown, limitBytes: number): Answer {
  refuseClosed(question)
  const answer = readAnswer(given)
  const { value } = answer
  checkSent(value, JSON.stringify(value), Math.max(0, limitBytes - ROOM_FOR_NAME))
  const { form } = ASKED.read(question.content)
  const problems = new ClientSchema(form).problems(value)
  if (problems.length === 0) return answer
  throw invalidAnswer(problems.map(({ pointer, detail }) => ({ pointer: `/value${pointer}`, detail })))
}

/** The step's value holds the answer, by whom it came, and when. */
const ROOM_FOR_NAME = 1024

/** Takes an answer that was checked. Of several at once one holds. */
export async function giveAnswer(
  { database, executor }: Pick<ServiceDeps, 'database' | 'executor'>,
  { tenant, id, job_id: jobId }: StoredWait,
  { value }: Answer,
  by: string,
  actor: string,
): Promise<QuestionWire> {
  const taken = await executor.answer({ tenant, jobId, id, value: JSON.stringify(value), by, actor })
  const question = await findQuestion(database, tenant, id)
  if (taken === null) refuseClosed({ ...question, state: question.state === 'open' ? 'expired' : question.state })
  return questionToWire(question)
}

/** Throws where a wait takes no answer any more. */
export function refuseClosed({ state }: Pick<StoredWait, 'state'>): void {
  if (state === 'open') return
  if (state === 'answered') throw new ProblemError('question-answered', 'the question was answered before')
  throw new ProblemError('question-expired', 'nobody waits for an answer any more')
}

/** Who answered, for people: a key answers by its name, one that may do everything also by another's. */
async function nameOf({ database }: Deps, { key, scopes }: Caller, { by }: Answer): Promise<string> {
  if (key === null) return by ?? ANONYMOUS
  if (by !== null && scopes !== 'all' && scopes.has('admin')) return by
  return (await readKeyRow(database, key, null))?.name ?? ANONYMOUS
}
