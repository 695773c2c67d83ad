import { isObject, type Json, type JsonObject } from './json.ts'

/** What a JSON text says. Throws a `SyntaxError`. */
export function parseJson(text: string): Json {
  const value: Json = JSON.parse(text)
  return value
}

/** The object that a JSON text says. Throws a `SyntaxError`, or a `TypeError` where it says something else. */
export function parseObject(text: string): JsonObject {
  const value = parseJson(text)
  if (!isObject(value)) throw new TypeError('the JSON text holds no object')
  return value
}
