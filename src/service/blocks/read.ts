import { actionOf } from '../../engine/registeredBlock.ts'
import { type BlockWire, blockToWire } from '../../wire/block.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** A block by its name, in any case. Throws `not-found`. */
export function readBlock({ registry }: Pick<ServiceDeps, 'registry'>, caller: Caller, action: string): BlockWire {
  requireScope(caller, 'blocks:read')
  const block = registry.blocks.get(actionOf(action))
  if (block === undefined) throw new ProblemError('not-found', `there is no block ${action.slice(0, 200)}`)
  return blockToWire(block)
}
