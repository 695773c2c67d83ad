import type { LimitBook } from '../access/limitBook.ts'
import { type Caller, OPERATOR } from '../service/caller.ts'
import { DEFAULT_TENANT } from '../wire/access.ts'

/** For whom the program that holds the service asks. Default: as the operator, in the default tenant, with every tag. */
export type AskFor = {
  readonly tenant?: string
  /** The tags that its jobs may carry. */
  readonly tags?: readonly string[]
}

/** Who asks then. */
export type CallerFor = (askFor: AskFor) => Promise<Caller>

/** Makes callers of what a program says. */
export function callersOf(limits: LimitBook): CallerFor {
  return async ({ tenant = DEFAULT_TENANT, tags }) => ({
    ...OPERATOR,
    tenant,
    tags: tags === undefined ? 'all' : new Set(tags),
    limits: await limits.of(tenant),
  })
}
