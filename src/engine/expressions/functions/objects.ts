import { getOwn, setOwn } from '../../values/json.ts'
import { isValueObject, type Value, type ValueObject } from '../value.ts'
import { define } from './define.ts'

/** What it costs to list a key and to set one, in visits. */
const KEY = 16

/** `{"key":"","value":}` and a comma: what an entry has beside its key and its value, in bytes of JSON. */
const ENTRY_BYTES = 18

/** Functions of objects. */
export const objectFunctions = [
  define({
    name: 'keys',
    takes: { object: 'object' },
    gives: 'list',
    says: 'The keys of an object; those that look like whole numbers come first.',
    example: ['keys({"z": 1, "a": 2})', ['z', 'a']],
    run({ object }, { work }) {
      const keys = Object.keys(object)
      work.spend(KEY * keys.length)
      return work.made(keys)
    },
  }),
  define({
    name: 'values',
    takes: { object: 'object' },
    gives: 'list',
    says: 'The values of an object, in the order of its keys.',
    example: ['values({"z": 1, "a": 2})', [1, 2]],
    run({ object }, { work }) {
      const values = Object.values(object)
      work.spend(KEY * values.length)
      return work.made(values)
    },
  }),
  define({
    name: 'entries',
    takes: { object: 'object' },
    gives: 'list',
    says: 'A list of `{ "key", "value" }` of an object.',
    example: ['entries({"z": 1})', [{ key: 'z', value: 1 }]],
    run({ object }, { work }) {
      const keys = Object.keys(object)
      work.refuseAbove(work.bytesOf(object) + keys.length * ENTRY_BYTES)
      work.spend(KEY * keys.length)
      return keys.map((key) => ({ key, value: object[key] ?? null }))
    },
  }),
  define({
    name: 'fromEntries',
    takes: { list: 'list' },
    gives: 'object',
    says: 'An object made of a list of `{ "key", "value" }`; of equal keys the last counts.',
    example: ['fromEntries([{"key": "a", "value": 1}])', { a: 1 }],
    run({ list }, call) {
      const object: ValueObject = {}
      list.forEach((entry, i) => {
        call.work.spend(KEY)
        const { key, value } = isValueObject(entry) ? ownEntry(entry) : NO_ENTRY
        if (typeof key !== 'string') return call.fail(`item ${i} of the list has no text as its key`)
        return setOwn(object, key, value)
      })
      return call.work.made(object)
    },
  }),
  define({
    name: 'merge',
    takes: { '...objects': 'object' },
    gives: 'object',
    says: 'The keys of all its objects in one; of equal keys that of the later object counts, with its whole value.',
    example: ['merge({"a": 1, "b": 1}, {"b": 2})', { a: 1, b: 2 }],
    run({ objects }, { work }) {
      const merged: ValueObject = {}
      for (const object of objects) {
        const keys = Object.keys(object)
        work.spend(2 * KEY * keys.length)
        work.refuseAbove(work.bytesOf(object))
        for (const key of keys) setOwn(merged, key, object[key] ?? null)
      }
      return work.made(merged)
    },
  }),
]

const NO_ENTRY: { readonly key: Value; readonly value: Value } = { key: null, value: null }

function ownEntry(entry: ValueObject): typeof NO_ENTRY {
  return { key: getOwn(entry, 'key') ?? null, value: getOwn(entry, 'value') ?? null }
}
