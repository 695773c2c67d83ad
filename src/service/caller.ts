import { matchesWildcard } from '../engine/values/wildcard.ts'
import { DEFAULT_TENANT, type Scope } from '../wire/access.ts'
import { type Limits, NO_LIMITS } from '../wire/limits.ts'
import { ProblemError } from '../wire/problem.ts'

/**
 * Who asks, and what it may do. A door makes it (from a key, a token, an embedder's options); every function of
 * `service/` checks it by itself, so that no door can forget to.
 */
export type Caller = {
  /** Whose jobs, webhooks and so on it sees and makes. */
  readonly tenant: string
  /** The id of its key; null: the service has no keys, or its own program asks. */
  readonly key: string | null
  /** What it may do. */
  readonly scopes: ReadonlySet<string> | 'all'
  /** The tags that its jobs may carry. */
  readonly tags: ReadonlySet<string> | 'all'
  /** The definitions that it may submit, as patterns; null: any steps. */
  readonly definitions: readonly string[] | null
  /** When it ends by itself, by the database's clock, for what is given meanwhile; null: with its key. */
  readonly until: number | null
  /** What its tenant may use at most. */
  readonly limits: Limits
}

/** Who asks where there are no keys: the operator, who may do everything. */
export const OPERATOR: Caller = {
  tenant: DEFAULT_TENANT,
  key: null,
  scopes: 'all',
  tags: 'all',
  definitions: null,
  until: null,
  limits: NO_LIMITS,
}

/** Throws `forbidden` for who holds neither the scope nor one of the others that do as well. */
export function requireScope({ scopes }: Caller, scope: Scope, ...orElse: readonly Scope[]): void {
  if (scopes === 'all' || scopes.has(scope) || orElse.some((other) => scopes.has(other))) return
  throw outOfScope(scope)
}

/** The problem of a caller whose key lacks a scope. */
export function outOfScope(scope: Scope): ProblemError {
  return new ProblemError('forbidden', `the key does not hold the scope ${scope}`)
}

/**
 * Throws `forbidden` for a job that asks for tags which its caller does not hold, naming the first.
 *
 * @param holder who would have to hold them, in words
 */
export function requireTags({ tags: held }: Caller, tags: readonly string[], holder = 'the key'): void {
  if (held === 'all') return
  const missing = tags.find((tag) => !held.has(tag))
  if (missing !== undefined) throw new ProblemError('forbidden', `${holder} does not hold the tag ${missing}`)
}

/** Refuses steps of a caller's own where its key is bound to definitions: `forbidden`. */
export function refuseFreeSteps({ definitions }: Caller): void {
  if (definitions === null) return
  throw new ProblemError(
    'forbidden',
    `the key submits only the definitions it is bound to (${definitions.join(', ') || 'none'}), no steps of its own`,
  )
}

/** Throws `forbidden` where the caller's key is bound to other definitions. */
export function requireDefinition({ definitions }: Caller, name: string): void {
  if (definitions === null || definitions.some((pattern) => matchesWildcard(pattern, name))) return
  throw new ProblemError('forbidden', `the key is bound to other definitions than ${name}: ${definitions.join(', ')}`)
}

/** Who a caller without a key is; also the maker of tokens from before there were keys. */
export const ANONYMOUS = 'anonymous'

/** Who did it, for the audit log. */
export function actorOf({ key }: Caller): string {
  return key ?? ANONYMOUS
}

/**
 * Whose things an admin may manage: null for those of all tenants, which only the operator may, whose keys belong to the
 * default tenant; an admin of another tenant manages that one's alone.
 */
export function realmOf({ tenant }: Caller): string | null {
  return tenant === DEFAULT_TENANT ? null : tenant
}
