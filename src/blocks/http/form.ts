import { InvalidArgument } from '../../engine/errors.ts'
import { isObject } from '../../engine/values/json.ts'
import { pointerPart } from '../../engine/values/pointer.ts'
import { demandWellFormed } from './charset.ts'

/** A field of a form: its name, its value, and where that stands in the parameters. */
export type FormField = { readonly name: string; readonly value: unknown; readonly pointer: string }

/** An object as `application/x-www-form-urlencoded` (WHATWG URL, section 5). Throws an `InvalidArgument`. */
export function formText(body: unknown): string {
  const pairs = bodyFields(body).map(({ name, value, pointer }): [string, string] => [name, fieldText(value, pointer)])
  return `${new URLSearchParams(pairs)}`
}

/** The fields of a form, in order; a list is a field that comes more than once. */
export function bodyFields(body: unknown): FormField[] {
  if (!isObject(body)) throw new InvalidArgument('/body must be an object, one property for each field of the form')
  return Object.entries(body).flatMap(([name, value]) => {
    demandWellFormed(name, `the name of a field, ${JSON.stringify(name)},`)
    const pointer = `/body${pointerPart(name)}`
    if (!Array.isArray(value)) return [{ name, value, pointer }]
    return value.map((item: unknown, i) => ({ name, value: item, pointer: `${pointer}/${i}` }))
  })
}

/** What a field holds as text. */
export function fieldText(value: unknown, pointer: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`
  if (typeof value !== 'string') throw new InvalidArgument(`${pointer} must be text, a number or a boolean`)
  demandWellFormed(value, pointer)
  return value
}
