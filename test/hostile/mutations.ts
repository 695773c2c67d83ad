import fc from 'fast-check'
import { anyJson } from '../engine/definitions.ts'

/** A definition with most of what one can hold. */
const VALID = {
  name: 'order',
  tags: ['HTTP'],
  variables: { items: [3, 1, 2], total: 0, names: { a: 'Ada' } },
  local_values: { vat: 0.2 },
  metadata: { customer: 'c-1' },
  step_limit: 20,
  block_limit_overrides: { 'TEXT.*': 5, '*': null },
  output: { total: '{# total #}', first: '{: sum :}' },
  steps: [
    { action: 'LISTS.SORT', id: 'sort', parameters: { list: '{# items #}' } },
    { action: 'math.sum_list', id: 'sum', parameters: { list: '{# items #}', start: 0 } },
    { action: 'VARIABLE.SET', parameters: { name: 'total', value: '{: sum :}' }, if: '{# items #}' },
    { action: 'TEXT.TEMPLATE', parameters: { template: 'Hi {a}', values: '{# names #}' }, forced: true },
    { action: 'JSON.STRINGIFY', parameters: { value: '{% job %}', indent: 2 } },
    { action: 'TIME.SLEEP', parameters: { seconds: 0 } },
  ],
}

type Mutation = {
  readonly at: number
  readonly kind: 'replace' | 'remove' | 'add' | 'repeat'
  readonly value: unknown
  readonly key: string
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(200),
  kind: fc.constantFrom('replace', 'remove', 'add', 'repeat'),
  value: anyJson,
  key: fc.oneof(
    fc.constantFrom('id', 'steps', 'if', 'action', 'tags', '__proto__', 'constructor', ''),
    fc.string({ maxLength: 5 }),
  ),
})

/** A valid definition with up to five places changed. */
export const mutated: fc.Arbitrary<unknown> = fc.array(mutation, { maxLength: 5 }).map((mutations) => {
  const definition = structuredClone(VALID)
  for (const one of mutations) mutate(definition, one)
  return definition
})

function mutate(root: object, { at, kind, value, key }: Mutation): void {
  const places = placesOf(root)
  const place = places[at % places.length]
  if (place === undefined) return
  const { holder, name } = place
  const found: unknown = Reflect.get(holder, name)
  if (kind === 'replace') Reflect.set(holder, name, value)
  else if (kind === 'remove') Reflect.deleteProperty(holder, name)
  else if (Array.isArray(holder)) holder.push(kind === 'repeat' ? structuredClone(found) : value)
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

function placesOf(value: object): { holder: object; name: string }[] {
  return Object.entries(value).flatMap(([name, child]) => [
    { holder: value, name },
    ...(typeof child === 'object' && child !== null ? placesOf(child) : []),
  ])
}

const change = fc.record({ at: fc.nat(2000), remove: fc.nat(3), bytes: fc.uint8Array({ maxLength: 4 }) })

/** The bytes of a valid definition with some of them changed, or cut off. */
export const brokenBytes: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(change, { maxLength: 4 }), fc.option(fc.nat(1000)))
  .map(([changes, end]) => {
    let bytes = Buffer.from(JSON.stringify(VALID))
    for (const { at, remove, bytes: added } of changes) {
      const from = at % bytes.length
      bytes = Buffer.concat([bytes.subarray(0, from), added, bytes.subarray(from + remove)])
    }
    return end === null ? bytes : bytes.subarray(0, end)
  })
