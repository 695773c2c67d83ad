import type { JsonObject } from '../../engine/values/json.ts'
import type { ChildMade, ChildOrder, MakeChild } from '../../executor/children/children.ts'
import { errorOfRefusal } from '../../wire/childFailure.ts'
import { PROBLEMS, ProblemError } from '../../wire/problem.ts'
import { type Caller, OPERATOR } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { acceptSubmission, submissionOf } from './accept.ts'
import { prepareJob } from './prepare.ts'

type ChildDeps = Pick<
  ServiceDeps,
  'versions' | 'rules' | 'shelf' | 'secrets' | 'limits' | 'executor' | 'storedBytes' | 'messageBudget'
>

/**
 * Makes the child jobs that steps ask for, by the rules for whoever posts a job: of the parent's tenant and key, within its
 * tags. Which definitions they name is the parent's author's choice, so no key is asked.
 */
export function makesChildren(deps: ChildDeps): MakeChild {
  return async (order) => {
    try {
      return await makeChild(deps, order)
    } catch (error) {
      if (error instanceof ProblemError) return refusalOf(error)
      throw error
    }
  }
}

async function makeChild(deps: ChildDeps, order: ChildOrder): Promise<ChildMade> {
  const { tenant, id, job, parent, fence, tags, mask } = order
  const caller: Caller = { ...OPERATOR, tenant, tags: new Set(tags), limits: await deps.limits.of(tenant) }
  const posted: JsonObject = { ...job, id }
  // Its local values are sealed where they hold secrets of the parent; nothing else may.
  if (mask !== null && posted['metadata'] !== undefined) posted['metadata'] = mask(posted['metadata'])
  const prepared = await prepareJob(deps, caller, posted, null, { parent, mask })
  const submission = submissionOf(caller, prepared, null, deps)
  const { kind } = await acceptSubmission({ ...submission, parentFence: fence }, caller, deps)
  return kind === 'accepted' ? { kind: 'made' } : { kind: 'id-taken' }
}

function refusalOf(problem: ProblemError): ChildMade {
  const [status] = PROBLEMS[problem.slug]
  if (status === 429 || status === 503) return { kind: 'crowded' }
  return { kind: 'refused', error: errorOfRefusal(problem) }
}
