import { describe } from 'vitest'
import { objectBlocks } from '../../src/blocks/object.ts'
import { type Case, invalidArgument, invalidType, raises, returns, testCases, testExamples } from './callBlock.ts'

const CASES: readonly Case[] = [
  ['OBJECT.CREATE_SLICE', {}, returns({ start: null, stop: null, step: null })],
  ['OBJECT.CREATE_SLICE', { step: 0 }, returns({ start: null, stop: null, step: 0 })],
  ['OBJECT.CREATE_SLICE', { start: 1.5 }, invalidType],

  ['OBJECT.APPLY_SLICE', { value: 'a🐍b', slice: { start: 1, stop: null, step: null } }, returns('🐍b')],
  ['OBJECT.APPLY_SLICE', { value: [1, 2, 3], slice: { step: -1 } }, returns([3, 2, 1])],
  ['OBJECT.APPLY_SLICE', { value: [1, 2, 3], slice: {} }, returns([1, 2, 3])],
  ['OBJECT.APPLY_SLICE', { value: [1], slice: { start: null, stop: null, step: 0 } }, invalidArgument],
  ['OBJECT.APPLY_SLICE', { value: { a: 1 }, slice: {} }, raises],
  ['OBJECT.APPLY_SLICE', { value: [1], slice: { end: 1 } }, invalidType],
  ['OBJECT.APPLY_SLICE', { value: [1], slice: '1:' }, invalidType],
  ['OBJECT.APPLY_SLICE', { value: [1] }, invalidType],

  ['OBJECT.SLICE_VALUE', { value: [1, 2, 3], start: -2 }, returns([2, 3])],
  ['OBJECT.SLICE_VALUE', { value: [1, 2, 3], start: 9 }, returns([])],
  ['OBJECT.SLICE_VALUE', { value: 'abc', stop: null, step: 2 }, returns('ac')],
  ['OBJECT.SLICE_VALUE', { value: [], step: 0 }, invalidArgument],
  ['OBJECT.SLICE_VALUE', { value: null }, raises],
  ['OBJECT.SLICE_VALUE', { value: 5, step: 0 }, raises],

  ['OBJECT.COPY', { value: null }, returns(null)],
  ['OBJECT.COPY', {}, invalidType],

  ['OBJECT.LENGTH', { value: '' }, returns(0)],
  ['OBJECT.LENGTH', { value: '🐍🐍' }, returns(2)],
  ['OBJECT.LENGTH', { value: [[], null] }, returns(2)],
  ['OBJECT.LENGTH', { value: null }, raises],
  ['OBJECT.LENGTH', { value: true }, raises],
]

describe('OBJECT', () => {
  testExamples(objectBlocks)
  testCases(objectBlocks, CASES)
})
