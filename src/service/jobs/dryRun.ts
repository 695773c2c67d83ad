import { dryRun } from '../../executor/dry/dryRun.ts'
import { isParsedObject } from '../../engine/values/json.ts'
import { strayAnswers, strayPaths } from '../../wire/stray.ts'
import { parseDryRun } from '../../wire/dryRun.ts'
import type { JobWire } from '../../wire/job.ts'
import { validationProblem } from '../../wire/problem.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { prepareJob } from './prepare.ts'

/**
 * Runs a job without touching the world, and gives it as it would be. Nothing is stored. Throws `invalid-definition`, and
 * `forbidden` for what its caller may not run.
 */
export async function dryRunJob(
  deps: Pick<ServiceDeps, 'versions' | 'registry' | 'rules' | 'shelf' | 'now'>,
  caller: Caller,
  body: unknown,
): Promise<JobWire> {
  requireScope(caller, 'jobs:write', 'definitions:write')
  const { posted, world } = parseDryRun(body)
  const { job, inputs, version } = await prepareJob(deps, caller, posted, null)
  const written = version?.named.job ?? (isParsedObject(posted) ? posted : {})
  const { mocks = {}, answers = {} } = world
  const stray = [...strayPaths(written, mocks, '/mocks'), ...strayAnswers(written, answers, '/answers')]
  if (stray.length > 0) throw validationProblem('invalid-definition', stray)
  const { tenant } = caller
  const at = { tenant, now: deps.now(), inputs: inputs?.known ?? null }
  return (await dryRun(job, world, deps.registry, at)).job
}
