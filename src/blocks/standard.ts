import type { Block } from '../engine/block.ts'
import type { Outbound } from '../outbound/dispatcher.ts'
import { cryptoBlocks } from './crypto.ts'
import { csvBlocks } from './csv.ts'
import { dictionaryBlocks } from './dictionary.ts'
import { httpBlocks } from './http.ts'
import { htmlBlocks } from './html.ts'
import { idBlocks } from './id.ts'
import { jsonBlocks } from './json.ts'
import { listsBlocks } from './lists.ts'
import { logicBlocks } from './logic.ts'
import { mathBlocks } from './math.ts'
import { objectBlocks } from './object.ts'
import { textBlocks } from './text.ts'
import { timeBlocks } from './time.ts'
import { variableBlocks } from './variable.ts'
import { xmlBlocks } from './xml.ts'

/** The standard blocks that need nothing from outside. */
export const standardBlocks: readonly Block[] = [
  ...cryptoBlocks,
  ...csvBlocks,
  ...dictionaryBlocks,
  ...htmlBlocks,
  ...idBlocks,
  ...jsonBlocks,
  ...listsBlocks,
  ...logicBlocks,
  ...mathBlocks,
  ...objectBlocks,
  ...textBlocks,
  ...timeBlocks,
  ...variableBlocks,
  ...xmlBlocks,
]

/** All standard blocks; what goes out of the process goes through `outbound`. */
export function allStandardBlocks(outbound: Pick<Outbound, 'request'>): readonly Block[] {
  return [...standardBlocks, ...httpBlocks(outbound)]
}
