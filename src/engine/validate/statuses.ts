import { nearestName } from '../nearest.ts'
import type { CheckFailure } from '../plan/checks.ts'
import type { Registry } from '../registeredBlock.ts'
import { actionOf, blockName } from '../registeredBlock.ts'
import { type DefinitionProblem, type ProblemCode, problem } from './problem.ts'
import type { PostedStep } from './written.ts'

/** What makes a step fail without being run, as a problem. */
export function statusProblem(
  { status, error }: CheckFailure,
  step: PostedStep,
  pointer: string,
  registry: Registry,
): DefinitionProblem {
  const code = CODES[status] ?? 'invalid'
  if (code === 'unknown-action') {
    const suggestion = nearestAction(actionOf(step.action ?? ''), registry)
    const hint = suggestion === null ? '' : `; did you mean ${suggestion}?`
    return problem(code, `${pointer}/action`, `${error.message}${hint}`, suggestion)
  }
  if (code === 'forbidden-action') return problem(code, `${pointer}/action`, error.message)
  const at = code === 'duplicate-id' && step.id !== undefined ? `${pointer}/id` : pointer
  return problem(code, at, error.message)
}

const CODES: Readonly<Record<string, ProblemCode>> = {
  BLOCK_NOT_FOUND: 'unknown-action',
  FORBIDDEN_BLOCK: 'forbidden-action',
  DUPLICATE_STEP_IDS: 'duplicate-id',
  BLOCK_LIMIT_EXCEED: 'limit',
  STEP_LIMIT_EXCEED: 'limit',
}

/**
 * The action that was most likely meant: one that people look for by this word (in its own category first, then where the
 * word comes first; without a category one of this name goes before those of others), or else the one with the fewest
 * edits, or with the same name in another category.
 */
function nearestAction(written: string, { blocks }: Registry): string | null {
  const words = keywordsIn(written)
  const { category } = blockName(written)
  const meant = [...blocks.values()]
    .map((block) => ({ block, rank: block.keywords.findIndex((keyword) => words.includes(keyword.toLowerCase())) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .map(({ block }) => block)
  const inCategory = meant.find((block) => block.blockName.category === category)
  if (inCategory !== undefined) return inCategory.action
  const named = [...blocks.values()].find((block) => words.includes(block.blockName.name.toLowerCase()))
  if (category === null && named !== undefined) return named.action
  return meant[0]?.action ?? nearestName(written, blocks.keys()) ?? named?.action ?? null
}

/** `STRING.CONCAT` as people may have meant it: whole, and each part. */
function keywordsIn(action: string): string[] {
  const words = action.toLowerCase()
  const name = words.split('.').at(-1) ?? words
  return [words, name, name.replaceAll(/[_-]/g, ' '), words.replaceAll(/[._-]/g, ' ')]
}
