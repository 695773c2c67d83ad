import { type Json, type JsonObject, setOwn } from '../values/json.ts'

/** What an expression works on: JSON, and moments and durations, which become texts when they leave. */
export type Value = null | boolean | number | string | Timestamp | Duration | Value[] | ValueObject

/** An object of values. */
export type ValueObject = { [key: string]: Value }

/** A moment, in whole milliseconds since 1970 (UTC). */
export class Timestamp {
  readonly milliseconds: number

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds
  }

  /** RFC 3339, UTC, with milliseconds. */
  toJSON(): string {
    return new Date(this.milliseconds).toISOString()
  }
}

/** A span of time in whole milliseconds; below 0 it goes back. */
export class Duration {
  readonly milliseconds: number

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds
  }

  /** In seconds where they are whole, else in milliseconds: `90s`, `1500ms`. */
  toJSON(): string {
    return this.milliseconds % 1000 === 0 ? `${this.milliseconds / 1000}s` : `${this.milliseconds}ms`
  }
}

/** The types of values by the names that `type()` gives. */
export const VALUE_TYPES = ['null', 'bool', 'number', 'string', 'list', 'object', 'timestamp', 'duration'] as const

/** A type of values, by the name that `type()` gives. */
export type TypeName = (typeof VALUE_TYPES)[number]

/** The type of a value, by the name that `type()` gives. */
export function valueTypeOf(value: Value): TypeName {
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'number':
      return 'number'
    case 'string':
      return 'string'
    default:
      if (value === null) return 'null'
      if (Array.isArray(value)) return 'list'
      if (value instanceof Timestamp) return 'timestamp'
      return value instanceof Duration ? 'duration' : 'object'
  }
}

/** Whether a value is an object with keys. */
export function isValueObject(value: Value): value is ValueObject {
  return valueTypeOf(value) === 'object'
}

/** A value as JSON: moments and durations become texts, wherever they stand. What holds none is given back itself. */
export function toJson(value: Value): Json {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Timestamp || value instanceof Duration) return value.toJSON()
  return Array.isArray(value) ? listToJson(value) : objectToJson(value)
}

function listToJson(list: Value[]): Json {
  let copy: Json[] | null = null
  for (let i = 0; i < list.length; i++) {
    const item = list[i] ?? null
    const json = toJson(item)
    if (json !== item) copy ??= list.slice(0, i) as Json[]
    copy?.push(json)
  }
  return copy ?? (list as Json[])
}

function objectToJson(object: ValueObject): Json {
  let copy: JsonObject | null = null
  for (const key of Object.keys(object)) {
    const item = object[key] ?? null
    const json = toJson(item)
    if (json === item) continue
    copy ??= { ...(object as JsonObject) }
    setOwn(copy, key, json)
  }
  return copy ?? (object as JsonObject)
}
