import type { Block } from '../engine/block.ts'
import { parse } from './csv/parse.ts'
import { stringify } from './csv/stringify.ts'

/** The blocks of the category CSV. */
export const csvBlocks: readonly Block[] = [parse, stringify]
