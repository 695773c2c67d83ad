import type { Block } from '../engine/block.ts'
import { clear, pop, remove, set, update } from './dictionary/change.ts'
import {
  count,
  get,
  isDictionary,
  isKeyExists,
  isValueExists,
  listItems,
  listKeys,
  listValues,
} from './dictionary/look.ts'
import { create, createFromList, createFromPairs, merge } from './dictionary/make.ts'

/** The blocks of the category DICTIONARY. */
export const dictionaryBlocks: readonly Block[] = [
  clear,
  count,
  create,
  createFromList,
  createFromPairs,
  get,
  isDictionary,
  isKeyExists,
  isValueExists,
  listItems,
  listKeys,
  listValues,
  merge,
  pop,
  remove,
  set,
  update,
]
