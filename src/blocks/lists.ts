import type { Block } from '../engine/block.ts'
import { append, clear, extend, insert, pop, remove, reverse, sort } from './lists/change.ts'
import { count, countEqual, get, includes, includesAll, includesAny, index, random } from './lists/look.ts'
import { copy, create, flatten, merge } from './lists/make.ts'

/** The blocks of the category LISTS. */
export const listsBlocks: readonly Block[] = [
  append,
  clear,
  copy,
  count,
  countEqual,
  create,
  extend,
  flatten,
  get,
  includes,
  includesAll,
  includesAny,
  index,
  insert,
  merge,
  pop,
  random,
  remove,
  reverse,
  sort,
]
