import { describe, expect, it } from 'vitest'
import { checkSchema } from '../../../src/engine/schemas/check.ts'
import { ClientSchema } from '../../../src/engine/schemas/clientSchema.ts'
import type { Json, JsonObject } from '../../../src/engine/values/json.ts'

const pointers = (schema: Json): string[] => checkSchema(schema).map(({ pointer }) => pointer)
const errorsOf = (schema: JsonObject, value: Json): string[] => {
  expect(checkSchema(schema)).toEqual([])
  return new ClientSchema(schema).problems(value).map(({ pointer }) => pointer)
}

describe('a schema that a client wrote', () => {
  it.each<[string, Json, string[]]>([
    ['is an object', 'x', ['']],
    ['describes an object', { type: 'string' }, ['/type']],
    ['has no pattern', { properties: { a: { pattern: '(a+)+$' } } }, ['/properties/a/pattern']],
    ['has no patternProperties', { patternProperties: { 'a+': {} } }, ['/patternProperties']],
    ['has no dynamic reference', { items: { $dynamicRef: '#x' } }, ['/items/$dynamicRef']],
    ['has no schema of contents', { contentSchema: {} }, ['/contentSchema']],
    [
      'refers to its own definitions only',
      { properties: { a: { $ref: 'https://example.com/s' } } },
      ['/properties/a/$ref'],
    ],
    ['refers to what is there', { properties: { a: { $ref: '#/$defs/b' } }, $defs: {} }, ['/properties/a/$ref']],
    ['asserts known formats', { properties: { a: { format: 'regex' } } }, ['/properties/a/format']],
    ['has types that exist', { properties: { a: { type: 'text' } } }, ['/properties/a/type']],
    ['holds no circle', { $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/a' } } } }, ['']],
    ['holds no circle that nothing leads to', { $defs: { a: { not: { $ref: '#/$defs/a' } } } }, ['']],
    ['escapes its pointers', { properties: { 'a/b~c': { minLength: -1 } } }, ['/properties/a~1b~0c/minLength']],
    ['has at most 12 levels', nest(12), ['/properties/a'.repeat(12)]],
    ['has at most 500 schemas', { properties: wide(500) }, ['/properties/p499']],
    ['has at most 16 KiB', { description: 'x'.repeat(17_000) }, ['']],
    ['does not grow by references', doubling(14), ['']],
  ])('%s', (_name, schema, expected) => {
    expect(pointers(schema)).toEqual(expected)
  })

  it('may use what is left of the vocabulary, and notes of others', () => {
    const schema = {
      type: 'object',
      title: 'An order',
      properties: {
        id: { $ref: '#/$defs/id' },
        token: { type: 'string', 'x-secret': true },
        n: { type: ['integer', 'null'], default: 3 },
      },
      required: ['id'],
      additionalProperties: false,
      $defs: { id: { type: 'string', format: 'uuid', minLength: 3 } },
    }
    expect(checkSchema(schema)).toEqual([])
    const known = new ClientSchema(schema)
    expect(known.withDefaults({ id: 'x' })).toEqual({ id: 'x', n: 3 })
    expect(known.secretPointers({ token: 'x', n: 1 })).toEqual(['/token'])
  })
})

describe('a value', () => {
  it.each<[string, JsonObject, Json, string[]]>([
    ['fits', { properties: { a: { type: 'integer' } } }, { a: 1 }, []],
    ['does not fit at its place', { properties: { a: { items: { type: 'integer' } } } }, { a: [1, 'x'] }, ['/a/1']],
    ['lacks what is required', { required: ['a'] }, {}, ['']],
    ['has too much', { properties: {}, additionalProperties: false }, { a: 1 }, ['/a']],
    ['has names of the prototype', { required: ['toString'] }, {}, ['']],
    ['breaks a format', { properties: { a: { format: 'date' } } }, { a: '2024-02-30' }, ['/a']],
    ['is no object', {}, [], ['']],
    [
      'is told through a reference',
      { properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: { type: 'null' } } },
      { a: 1 },
      ['/a'],
    ],
  ])('%s', (_name, schema, value, expected) => {
    expect(errorsOf(schema, value)).toEqual(expected)
  })

  it.each<[string, JsonObject]>([
    ['an address that is none', { 'x-note': { $id: 'http://[' }, properties: { a: { 'x-note': { id: 'http://[' } } } }],
    ['an old id', { id: 'http://[', properties: { a: { id: 'refund-form' } } }],
    ['a reference to nothing', { properties: { a: { 'x-note': { $ref: '#/nowhere' } } } }],
    ['an anchor twice', { 'x-a': { $anchor: 'n' }, 'x-b': { $anchor: 'n', $recursiveRef: 'http://[' } }],
    ['a pattern', { properties: { a: { description: { pattern: '(' }, 'x-note': { pattern: '(' } } } }],
  ])('is held against a schema with notes that the validator would fail at: %s', (_name, { ...schema }) => {
    const { properties = {} } = schema as { properties?: JsonObject }
    const noted = { ...schema, properties: { ...properties, b: { type: 'null' } } }
    expect(errorsOf(noted, { a: 1, b: 1 })).toEqual(['/b'])
  })

  it('is told of in words that people use', () => {
    const schema = {
      properties: { n: { type: ['integer', 'null'] }, s: { type: 'string' } },
      required: ['a "b"'],
      additionalProperties: false,
    }
    const told = new ClientSchema(schema).problems({ n: 'x', s: 1, z: 0 })
    expect(told.map(({ pointer, detail }) => `${pointer} ${detail}`).toSorted()).toEqual([
      ' lacks "a "b""',
      '/n must be integer or null, and is string',
      '/s must be string, and is number',
      '/z is not known here',
    ])
  })

  it.each(['a b', '%41', 'a/b~c', '%', 'ž', '__proto__', 'a#b'])('is told through a reference to %s', (name) => {
    const $ref = `#/$defs/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const schema = JSON.parse(
      `{ "properties": { "a": { "$ref": ${JSON.stringify($ref)} } }, "$defs": { ${JSON.stringify(name)}: { "type": "null" } } }`,
    ) as JsonObject
    expect(errorsOf(schema, { a: 1 })).toEqual(['/a'])
  })

  it.each<[string, JsonObject, JsonObject]>([
    ['a long list that must hold no two alike', { properties: { a: { uniqueItems: true } } }, { a: range(100_000) }],
    [
      'a long list under many alternatives',
      { properties: { a: { items: { anyOf: Array.from({ length: 400 }, () => ({ type: 'string' })) } } } },
      { a: range(100_000) },
    ],
    [
      'many keys under a long enum',
      { additionalProperties: { enum: range(1000) } },
      Object.fromEntries(range(5000).map((i) => [`k${i}`, i])),
    ],
  ])('is refused before it costs anything: %s', (_name, schema, value) => {
    expect(checkSchema(schema)).toEqual([])
    expect(new ClientSchema(schema).problems(value)).toEqual([
      { pointer: '', detail: 'is too large to be held against this schema' },
    ])
  })
})

function nest(levels: number): JsonObject {
  return levels === 0 ? {} : { properties: { a: nest(levels - 1) } }
}

function wide(count: number): JsonObject {
  return Object.fromEntries(range(count).map((i) => [`p${i}`, {}]))
}

/** Each definition names the next twice. */
function doubling(levels: number): JsonObject {
  const reference = (i: number): JsonObject => ({ $ref: `#/$defs/d${i}` })
  const defs = range(levels).map((i) => [
    `d${i}`,
    i === levels - 1 ? {} : { allOf: [reference(i + 1), reference(i + 1)] },
  ])
  return { $ref: '#/$defs/d0', $defs: Object.fromEntries(defs) }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
