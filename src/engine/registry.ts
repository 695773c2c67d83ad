import type { Block } from './block.ts'
import { FLOW_BLOCKS } from './run/flow/catalogue.ts'
import { matchesWildcard } from './values/wildcard.ts'
import { type RegisteredBlock, registerBlock, type Registry, RegistryError } from './registeredBlock.ts'

/**
 * Puts blocks together. Throws a `RegistryError` that names the block for a bad or a repeated name, and for the
 * category `FLOW`, which is kept for the engine.
 */
export function createRegistry(blocks: Iterable<Block>): Registry {
  const known = new Map<string, RegisteredBlock>(FLOW_BLOCKS.map((block) => [block.action, block]))
  for (const block of blocks) {
    const registered = ready.get(block) ?? registerBlock(block)
    ready.set(block, registered)
    const { action, blockName } = registered
    if (blockName.category === 'FLOW') throw new RegistryError(`${action}: the category FLOW is kept for the engine`)
    if (known.has(action)) throw new RegistryError(`two blocks are named ${action}; rename one`)
    known.set(action, registered)
  }
  const sorted = [...known.values()].sort((a, b) => (a.action < b.action ? -1 : 1))
  return { blocks: known, match: (pattern) => sorted.filter((block) => matchesWildcard(pattern, block.action)) }
}

/**
 * Compiles the schemas of blocks, which are else compiled by their first use. Throws a `RegistryError` that names the
 * block whose schema can't be: that is to end the start, not to fail a job.
 */
export function compileSchemas({ blocks }: Registry, given: Iterable<Block>): void {
  for (const { action } of given) {
    try {
      blocks.get(action)?.check({})
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new RegistryError(`${action}: its parameters can't be checked: ${reason}`, { cause: error })
    }
  }
}

/** What was made of a block stays with it: a run in memory makes a registry anew, and its schema is compiled once. */
const ready = new WeakMap<Block, RegisteredBlock>()
