/* oxlint-disable unicorn/no-thenable -- `then` is a parameter of LOGIC.IF_THEN_ELSE */
import { describe } from 'vitest'
import { logicBlocks } from '../../src/blocks/logic.ts'
import {
  type Case,
  invalidArgument,
  invalidType,
  raises,
  returns,
  stopsJob,
  testCases,
  testExamples,
} from './callBlock.ts'

const BIGGEST = Number.MAX_SAFE_INTEGER

const CASES: readonly Case[] = [
  ['LOGIC.BOOL', { value: '0' }, returns(true)],
  ['LOGIC.BOOL', { value: [0] }, returns(true)],
  ['LOGIC.BOOL', {}, invalidType],
  ['LOGIC.IS_TRUTH', { value: 0 }, returns(false)],
  ['LOGIC.IS_TRUTH', { value: { a: 0 } }, returns(true)],
  ['LOGIC.IS_NONE', { value: 0 }, returns(false)],
  ['LOGIC.IS_NONE', { value: 'null' }, returns(false)],
  ['LOGIC.TRUE', { value: 1 }, invalidType],

  ['LOGIC.IF', { value1: true, operator: '=', value2: 1 }, returns(false)],
  ['LOGIC.IF', { value1: false, operator: '!=', value2: 0 }, returns(true)],
  ['LOGIC.IF', { value1: { a: [1], b: 2 }, operator: '=', value2: { b: 2, a: [1] } }, returns(true)],
  ['LOGIC.IF', { value1: null, operator: 'is', value2: null }, returns(true)],
  ['LOGIC.IF', { value1: [1], operator: 'is', value2: [1] }, returns(true)],
  ['LOGIC.IF', { value1: 1, operator: 'is not', value2: '1' }, returns(true)],
  ['LOGIC.IF', { value1: '\uffff', operator: '<', value2: '🐍' }, returns(true)],
  ['LOGIC.IF', { value1: [1, 'a'], operator: '<', value2: [2, 1] }, returns(true)],
  ['LOGIC.IF', { value1: [1, 'a'], operator: '<', value2: [1, 1] }, raises],
  ['LOGIC.IF', { value1: null, operator: '<=', value2: null }, raises],
  ['LOGIC.IF', { value1: {}, operator: '>=', value2: {} }, raises],
  ['LOGIC.IF', { value1: 1, operator: '>', value2: null }, raises],
  ['LOGIC.IF', { value1: 1, operator: 'toString', value2: 1 }, invalidType],
  ['LOGIC.IF', { value1: 1, value2: 1 }, invalidType],
  ['LOGIC.IF_THEN_ELSE', { value: [0], then: { a: 1 }, otherwise: null }, returns({ a: 1 })],
  ['LOGIC.IF_THEN_ELSE', { value: null, then: 1, otherwise: null }, returns(null)],
  ['LOGIC.IF_THEN_ELSE', { value: 1, then: 1 }, invalidType],

  ['LOGIC.ASSERT', { value: 'x' }, returns(null)],
  ['LOGIC.ASSERT', { value: {} }, invalidArgument],
  ['LOGIC.NOT_ASSERT', { value: [] }, returns(null)],
  ['LOGIC.NOT_ASSERT', { value: 'false' }, invalidArgument],
  ['LOGIC.IF_ASSERT', { value1: 2, operator: '>', value2: 1 }, returns(null)],
  ['LOGIC.IF_ASSERT', { value1: 1, operator: '>', value2: 1 }, invalidArgument],
  ['LOGIC.IF_ASSERT', { value1: 'a', operator: '>', value2: 1 }, raises],
  ['LOGIC.STOP', {}, stopsJob],
  ['LOGIC.STOP', { message: 'enough' }, stopsJob],
  ['LOGIC.STOP', { message: null }, invalidType],

  ['LOGIC.LOGICAL_NOT', { value: {} }, returns(true)],
  ['LOGIC.LOGICAL_OR', { value1: 0, value2: [] }, returns([])],
  ['LOGIC.LOGICAL_OR', { value1: 'a', value2: 'b' }, returns('a')],
  ['LOGIC.LOGICAL_AND', { value1: [], value2: 1 }, returns([])],
  ['LOGIC.LOGICAL_AND', { value1: 1, value2: null }, returns(null)],
  ['LOGIC.LOGICAL_NOR', { value1: [], value2: 'a' }, returns(false)],
  ['LOGIC.LOGICAL_NAND', { value1: [], value2: 'a' }, returns(true)],
  ['LOGIC.LOGICAL_XOR', { value1: 'a', value2: [1] }, returns(false)],
  ['LOGIC.LOGICAL_XNOR', { value1: 'a', value2: [] }, returns(false)],

  ['LOGIC.BITWISE_NOT', { value: BIGGEST }, returns(-BIGGEST - 1)],
  ['LOGIC.BITWISE_NOT', { value: true }, returns(-2)],
  ['LOGIC.BITWISE_NOT', { value: 1.5 }, raises],
  ['LOGIC.BITWISE_OR', { value1: -1, value2: 2 ** 40 }, returns(-1)],
  ['LOGIC.BITWISE_OR', { value1: true, value2: false }, returns(true)],
  ['LOGIC.BITWISE_OR', { value1: true, value2: 2 }, returns(3)],
  ['LOGIC.BITWISE_AND', { value1: BIGGEST, value2: -2 }, returns(BIGGEST - 1)],
  ['LOGIC.BITWISE_AND', { value1: '1', value2: 1 }, raises],
  ['LOGIC.BITWISE_XOR', { value1: true, value2: true }, returns(false)],
  ['LOGIC.BITWISE_XOR', { value1: BIGGEST, value2: -BIGGEST }, returns(-2)],
  ['LOGIC.BITWISE_XOR', { value1: null, value2: 1 }, raises],
]

describe('LOGIC', () => {
  testExamples(logicBlocks)
  testCases(logicBlocks, CASES)
})
