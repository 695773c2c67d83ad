import type { Block } from '../engine/block.ts'
import { arithmeticBlocks } from './math/arithmetic.ts'
import { mathCreateBlocks } from './math/create.ts'
import { extremeBlocks } from './math/extremes.ts'

/** The category MATH. */
export const mathBlocks: readonly Block[] = [...mathCreateBlocks, ...arithmeticBlocks, ...extremeBlocks]
