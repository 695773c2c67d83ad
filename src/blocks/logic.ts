import type { Block } from '../engine/block.ts'
import { bitwiseBlocks } from './logic/bitwise.ts'
import { conditionBlocks } from './logic/condition.ts'
import { logicalBlocks } from './logic/logical.ts'
import { truthBlocks } from './logic/truth.ts'

/** The category LOGIC. */
export const logicBlocks: readonly Block[] = [...truthBlocks, ...conditionBlocks, ...logicalBlocks, ...bitwiseBlocks]
