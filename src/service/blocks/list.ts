import { actionOf } from '../../engine/registeredBlock.ts'
import { type BlockWire, blockToWire } from '../../wire/block.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** The blocks whose names a pattern with `*` and `?` fits, by name. */
export function listBlocks({ registry }: Pick<ServiceDeps, 'registry'>, caller: Caller, match: string): BlockWire[] {
  requireScope(caller, 'blocks:read')
  return registry.match(actionOf(match)).map(blockToWire)
}
