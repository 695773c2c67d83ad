import { runTests } from '../../executor/dry/runTests.ts'
import type { TestResults } from '../../wire/definitionTests.ts'
import { readNamedContent } from '../../wire/namedDefinition.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findNamed } from './find.ts'
import { parseObject } from '../../engine/values/parseJson.ts'

/** Runs the tests of a definition in memory: a version of it, or the latest (null). Throws `not-found`. */
export async function testNamedDefinition(
  { database, registry, rules, now }: Pick<ServiceDeps, 'database' | 'registry' | 'rules' | 'now'>,
  caller: Caller,
  { name, version = null }: { readonly name: string; readonly version?: number | null },
): Promise<TestResults> {
  requireScope(caller, 'jobs:write', 'definitions:write')
  const { tenant } = caller
  const { content } = await findNamed(database, tenant, name, version)
  const { named } = readNamedContent(name, parseObject(content))
  return runTests(name, named, { registry, rules, tenant, now: now() })
}
