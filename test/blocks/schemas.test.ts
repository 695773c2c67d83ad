import { describe, expect, test } from 'vitest'
import { isObject, type JsonObject } from '../../src/engine/values/json.ts'
import type { RegisteredBlock } from '../../src/engine/registeredBlock.ts'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { allStandardBlocks } from '../../src/blocks/standard.ts'
import { createOutbound } from '../../src/outbound/dispatcher.ts'

const outbound = createOutbound({ allowPrivate: false })
const blocks = [...createRegistry(allStandardBlocks(outbound)).blocks.values()]

/** The reference's blocks, by category. */
const REFERENCE: Readonly<Record<string, string>> = {
  TEXT: 'CREATE JOIN JOIN_LIST INCLUDES INCLUDES_ANY INCLUDES_ALL COUNT GET COUNT_PIECE IS_EMPTY STRIP UPPERCASE LOWERCASE SPLIT SPLIT_LINES SPLIT_CHARS TITLECASE STARTS_WITH ENDS_WITH IS_NUMERIC IS_ALPHA IS_TEXT REPLACE SLICE',
  MATH: 'CREATE_INTEGER CREATE_FLOAT SUM SUM_LIST SUB DIV MUL EXP MOD FLOOR CEILING MAX MIN SQRT ABS MAX_LIST MIN_LIST',
  LOGIC:
    'BOOL IF IS_TRUTH IS_NONE TRUE FALSE NONE IF_THEN_ELSE LOGICAL_NOT LOGICAL_OR LOGICAL_AND LOGICAL_NOR LOGICAL_NAND LOGICAL_XOR LOGICAL_XNOR BITWISE_NOT BITWISE_OR BITWISE_AND BITWISE_XOR ASSERT NOT_ASSERT IF_ASSERT STOP',
  LISTS:
    'CREATE COUNT APPEND INCLUDES INCLUDES_ANY INCLUDES_ALL CLEAR EXTEND SORT INSERT COPY REMOVE POP REVERSE COUNT_ITEM MERGE FLATTEN GET RANDOM INDEX',
  DICTIONARY:
    'CREATE CREATE_FROM_PAIRS CREATE_FROM_LIST GET SET DELETE MERGE POP UPDATE CLEAR COUNT LIST_KEYS LIST_VALUES LIST_ITEMS IS_DICTIONARY IS_KEY_EXISTS IS_VALUE_EXISTS',
  OBJECT: 'CREATE_SLICE APPLY_SLICE SLICE_VALUE COPY LENGTH',
  VARIABLE: 'SET CREATE GET DELETE LIST_NAMES LIST_VALUES IS_EXISTS COUNT',
}

const DEFAULTS: Readonly<Record<string, JsonObject>> = {
  'TEXT.JOIN': { join_with: ' ' },
  'TEXT.JOIN_LIST': { seperator: '' },
  'TEXT.SPLIT': { seperator: null, maxsplit: -1 },
  'TEXT.REPLACE': { count: -1 },
  'TEXT.IS_EMPTY': { include_spaces: true },
  'TEXT.SPLIT_LINES': { keep_ends: false },
  'TEXT.STRIP': { chars: null },
  'TEXT.SLICE': { start: null, stop: null, step: null },
  'MATH.SUM_LIST': { start: 0 },
  'LISTS.SORT': { reverse: false },
  'LISTS.POP': { index: null },
  'DICTIONARY.DELETE': { silent: true },
  'OBJECT.CREATE_SLICE': { start: null, stop: null, step: null },
  'OBJECT.SLICE_VALUE': { start: null, stop: null, step: null },
  'VARIABLE.SET': { value: null },
  'VARIABLE.DELETE': { silent: true },
}

/** Values of every type; what a schema takes of them is what it says. */
const SAMPLES = { string: 'a', number: 1.5, boolean: true, null: null, array: [], object: {} }

function propertiesOf(block: RegisteredBlock): [string, Record<string, unknown>][] {
  const properties: unknown = Reflect.get(block.parameters, 'properties')
  return isObject(properties) ? (Object.entries(properties).filter((entry) => isObject(entry[1])) as never) : []
}

/** Parameters that fit: those of the first example, which a test of its own runs. */
function fitting(block: RegisteredBlock): JsonObject {
  const [example] = block.examples
  return { ...example?.parameters }
}

test.each(Object.entries(REFERENCE))('all of %s are there', (category, names) => {
  const known = new Set(blocks.map(({ action }) => action))
  expect(names.split(' ').filter((name) => !known.has(`${category}.${name}`))).toEqual([])
})

test('the defaults are the reference’s', () => {
  const reference = new Set(
    Object.entries(REFERENCE).flatMap(([category, names]) => names.split(' ').map((name) => `${category}.${name}`)),
  )
  const given = blocks
    .filter(({ action, defaults }) => reference.has(action) && defaults.size > 0)
    .map(({ action, defaults }) => [action, Object.fromEntries(defaults)])
  expect(Object.fromEntries(given)).toEqual(DEFAULTS)
})

describe.each(blocks.filter(({ examples }) => examples.length > 0).map((block) => [block.action, block] as const))(
  '%s',
  (action, block) => {
    test('takes what it says, refuses what it does not know, and what is missing', () => {
      const good = fitting(block)
      expect(block.check(good)).toBeNull()
      if (action !== 'DICTIONARY.CREATE')
        expect(block.check({ ...good, no_such_parameter: 1 })).toMatch(/no_such_parameter/)
      const required: unknown = Reflect.get(block.parameters, 'required')
      for (const name of Array.isArray(required) ? (required as string[]) : []) {
        const { [name]: _, ...rest } = good
        expect(block.check(rest), name).toMatch(/is missing$/)
      }
    })

    test('takes no value of another type for what it names', () => {
      for (const [name, property] of propertiesOf(block)) {
        const type: unknown = property['type']
        if (typeof type !== 'string') continue
        for (const [kind, sample] of Object.entries(SAMPLES)) {
          const fits = kind === type
          if (!fits) expect(block.check({ ...fitting(block), [name]: sample }), `${name}: ${kind}`).not.toBeNull()
        }
      }
    })

    test('describes each parameter, and asks for none that has a default', () => {
      const required: unknown = Reflect.get(block.parameters, 'required')
      for (const [name, property] of propertiesOf(block)) {
        expect(property['description'], name).toBeTypeOf('string')
        if (block.defaults.has(name)) expect(required ?? []).not.toContain(name)
      }
    })
  },
)

test.each(['description', 'parameters', 'run'])(
  'a block of an unchecked module that has no %s is refused by name',
  (missing) => {
    const whole = {
      action: 'SHOP.SELL',
      description: 'Sells.',
      parameters: Type.Object({}),
      returns: Type.Null(),
      run: () => null,
    }
    expect(() => createRegistry([defineBlock({ ...whole, [missing]: undefined })])).toThrow(
      new RegExp(`^SHOP\\.SELL has no ${missing}`),
    )
  },
)
