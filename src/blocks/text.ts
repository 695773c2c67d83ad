import type { Block } from '../engine/block.ts'
import { changeBlocks } from './text/change.ts'
import { textCreateBlocks } from './text/create.ts'
import { inspectBlocks } from './text/inspect.ts'
import { match } from './text/match.ts'
import { splitBlocks } from './text/split.ts'

/** The category TEXT. */
export const textBlocks: readonly Block[] = [
  ...textCreateBlocks,
  ...inspectBlocks,
  ...splitBlocks,
  ...changeBlocks,
  match,
]
