import type { Json } from '../../engine/values/json.ts'
import { findWait, type StoredWait } from '../../store/waits/read.ts'
import { ProblemError } from '../../wire/problem.ts'
import { ASKED, AWAITED, type LinkedQuestion, linkedQuestionToWire, questionToWire } from '../../wire/question.ts'
import { checkSent, type SignalSentWire } from '../../wire/signal.ts'
import { ANONYMOUS } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkedAnswer, giveAnswer, refuseClosed } from './answer.ts'

type Deps = Pick<ServiceDeps, 'database' | 'executor' | 'valueLimitBytes' | 'links'>

/** Who did it, on the audit log. */
const ACTOR = 'link'

/** What a link leads to. */
export type Linked =
  | { readonly kind: 'ask'; readonly question: LinkedQuestion }
  | { readonly kind: 'signal'; readonly isOpen: boolean }

/** What who has a link may do: see what is asked, and answer it, once. Everything throws `not-found` for what is no link. */
export function createAnswersByLink(deps: Deps) {
  return {
    read: async (token: string): Promise<Linked> => toWire(await findLinked(deps, token)),
    answer: (token: string, given: unknown) => answerByLink(deps, token, given),
  }
}

/** What who has a link may do. */
export type AnswersByLink = ReturnType<typeof createAnswersByLink>

/**
 * Answers a question, or sends the signal that a step waits for. Throws as an answer with a key does.
 *
 * @param given `{ value, by? }` for a question, anything for a signal
 */
async function answerByLink(deps: Deps, token: string, given: unknown): Promise<LinkedQuestion | SignalSentWire> {
  const wait = await findLinked(deps, token)
  if (wait.kind === 'signal') return sendByLink(deps, wait, given as Json)
  const answer = checkedAnswer(wait, given, deps.valueLimitBytes)
  const { to } = ASKED.read(wait.content)
  return linkedQuestionToWire(await giveAnswer(deps, wait, answer, answer.by ?? to ?? ANONYMOUS, ACTOR))
}

async function sendByLink(deps: Deps, wait: StoredWait, body: Json): Promise<SignalSentWire> {
  refuseClosed(wait)
  const value = JSON.stringify(body)
  checkSent(body, value, deps.valueLimitBytes)
  const { tenant, id, job_id: jobId } = wait
  const taken = await deps.executor.answer({ tenant, jobId, id, value, by: ANONYMOUS, actor: ACTOR })
  if (taken === null) {
    const { state } = (await findWait(deps.database, tenant, id)) ?? wait
    refuseClosed({ state: state === 'open' ? 'expired' : state })
  }
  const { name } = AWAITED.read(wait.content)
  return { name, pending: taken?.pending ?? 0 }
}

async function findLinked({ database, links }: Deps, token: string): Promise<StoredWait> {
  const ref = links.read(token)
  const wait = ref === null ? null : await findWait(database, ref.tenant, ref.id)
  if (wait === null) throw new ProblemError('not-found', 'this link leads to no question')
  return wait
}

function toWire(wait: StoredWait): Linked {
  if (wait.kind === 'signal') return { kind: 'signal', isOpen: wait.state === 'open' }
  return { kind: 'ask', question: linkedQuestionToWire(questionToWire(wait)) }
}
