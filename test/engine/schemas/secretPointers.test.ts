import { describe, expect, it } from 'vitest'
import { secretPointers } from '../../../src/engine/schemas/secretPointers.ts'
import type { JsonObject } from '../../../src/engine/values/json.ts'

const secret = { 'x-secret': true }

describe('the places of secrets in a value', () => {
  it.each<[string, JsonObject, JsonObject, string[]]>([
    ['are none without a mark', { properties: { a: { type: 'string' } } }, { a: 'x' }, []],
    ['are properties that are marked and given', { properties: { a: secret, b: secret } }, { a: 'x' }, ['/a']],
    [
      'are nested ones',
      { properties: { a: { properties: { 'b/c': secret } } } },
      { a: { 'b/c': 1, d: 2 } },
      ['/a/b~1c'],
    ],
    [
      'are those that references lead to',
      { properties: { a: { $ref: '#/$defs/t' } }, $defs: { t: { $ref: '#/$defs/u' }, u: secret } },
      { a: 'x' },
      ['/a'],
    ],
    [
      'are marked beside a reference',
      { properties: { a: { $ref: '#/$defs/t', ...secret } }, $defs: { t: { type: 'string' } } },
      { a: 'x' },
      ['/a'],
    ],
    [
      'are items of lists, each by its own schema',
      { properties: { a: { prefixItems: [true, secret], items: { properties: { k: secret } } } } },
      { a: ['x', 'y', { k: 1 }, { z: 1 }] },
      ['/a/1', '/a/2/k'],
    ],
    ['are those of names that nobody knows before', { additionalProperties: secret }, { a: 1, b: 2 }, ['/a', '/b']],
    [
      'are those of any branch, whether it fits or not',
      {
        anyOf: [{ properties: { a: secret } }, { properties: { b: secret } }],
        if: { properties: { c: secret } },
        else: { properties: { d: secret } },
        dependentSchemas: { a: { properties: { e: secret } } },
      },
      { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 },
      ['/a', '/b', '/c', '/d', '/e'],
    ],
    ['are the outermost', { properties: { a: { ...secret, properties: { b: secret } } } }, { a: { b: 1 } }, ['/a']],
    ['are all of them where the whole is marked', secret, { a: 1, b: 2 }, ['/a', '/b']],
    [
      'are not what a schema merely names so',
      { properties: { 'x-secret': { type: 'string' } } },
      { 'x-secret': 'x' },
      [],
    ],
  ])('%s', (_name, schema, value, expected) => {
    expect(secretPointers(schema, value)).toEqual(expected)
  })
})
