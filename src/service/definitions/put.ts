import { hash } from 'node:crypto'
import stringify from 'safe-stable-stringify'
import { type DefinitionWrite, putDefinition, type PutResult } from '../../store/definitions/put.ts'
import type { Database } from '../../store/client.ts'
import { findDefinition } from '../../store/definitions/read.ts'
import { timestamp } from '../../wire/jobView.ts'
import { type DefinitionVersion, type NamedContent } from '../../wire/namedDefinition.ts'
import { type FieldError, ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { judgeNamed } from './validate.ts'

/** What a tenant may have where nothing is said, and at most: lists and look-ups stay small. */
const MAX_DEFINITIONS = 1000
const MAX_VERSIONS = 10_000

/** A definition to be written. */
export type PutDefinitionRequest = {
  readonly name: string
  /** Parsed JSON. */
  readonly content: unknown
  readonly expected: ExpectedVersion
}

/** The versions of which one must be the latest, or that there must be one, or none; null: in any case. */
export type ExpectedVersion = readonly number[] | 'present' | 'absent' | null

/** `created`: it is a new version; else the latest had this very content. */
export type PutDefinition = { readonly created: boolean; readonly definition: DefinitionVersion }

/**
 * Writes a definition under a name; the same content again makes no new version. Throws `invalid-definition` with pointers
 * for what a job could not be made of, `precondition-failed` where another version is the latest, and `too-many-requests`
 * at a bound of the tenant.
 */
export async function putNamedDefinition(
  { database, registry, rules, shelf }: Pick<ServiceDeps, 'database' | 'registry' | 'rules' | 'shelf'>,
  caller: Caller,
  { name, content, expected }: PutDefinitionRequest,
): Promise<PutDefinition> {
  requireScope(caller, 'definitions:write')
  const { named, validation } = await judgeNamed({ registry, rules, shelf }, caller.tenant, name, content)
  const { valid, problems } = validation
  if (!valid) throw invalid(problems.filter(({ severity }) => severity === 'error'))
  const { definitions, definition_versions: versions, definition_tests: tests } = caller.limits
  if (tests !== null && named.tests.length > tests) {
    throw invalid([{ pointer: '/tests', detail: `must have at most ${tests} items, as the tenant's limits say` }])
  }
  const bounds = {
    definitions: Math.min(definitions ?? MAX_DEFINITIONS, MAX_DEFINITIONS),
    versions: Math.min(versions ?? MAX_VERSIONS, MAX_VERSIONS),
  }
  const result = await putDefinition(database, {
    tenant: caller.tenant,
    name,
    ...written(named),
    createdBy: caller.key,
    actor: actorOf(caller),
    expected: await expectedIn(database, caller.tenant, name, expected),
    bounds,
  })
  return readResult(name, result, bounds)
}

/** The one version that the statement guards. Throws `precondition-failed` where it is none of those that are expected. */
async function expectedIn(
  database: Database,
  tenant: string,
  name: string,
  expected: ExpectedVersion,
): Promise<number | 'absent' | null> {
  if (expected === null || expected === 'absent') return expected
  const [only, ...others] = expected === 'present' ? [] : expected
  if (only !== undefined && others.length === 0) return only
  const latest = (await findDefinition(database, tenant, name, null))?.version ?? null
  if (latest !== null && (expected === 'present' || expected.includes(latest))) return latest
  throw new ProblemError('precondition-failed', thereIs(latest))
}

function thereIs(latest: number | null): string {
  return latest === null ? 'there is no definition of this name' : `the latest version is ${latest}`
}

function written({ content }: NamedContent): { content: string; hash: Buffer } {
  return { content: JSON.stringify(content), hash: hash('sha256', stringify(content) ?? '', 'buffer') }
}

function readResult(name: string, result: PutResult, bounds: DefinitionWrite['bounds']): PutDefinition {
  switch (result.kind) {
    case 'written':
    case 'same': {
      const { version, createdAt, createdBy } = result
      const definition = { name, version, created_at: timestamp(createdAt), created_by: createdBy }
      return { created: result.kind === 'written', definition }
    }
    case 'unexpected':
      throw new ProblemError('precondition-failed', thereIs(result.version))
    case 'too-many':
      throw new ProblemError(
        'too-many-requests',
        result.of === 'definitions'
          ? `the tenant may have ${bounds.definitions} definitions, deleted ones included`
          : `a definition of the tenant may have ${bounds.versions} versions`,
        { retryAfter: 60 },
      )
  }
}

function invalid(errors: readonly FieldError[]): ProblemError {
  const [first] = errors
  const fields = errors.map(({ pointer, detail }) => ({ pointer, detail }))
  return new ProblemError('invalid-definition', `${first?.pointer || 'the body'} ${first?.detail}`, { errors: fields })
}
