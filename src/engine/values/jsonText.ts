import { type Json, MAX_DEPTH } from './json.ts'
import { isChanged, isFiniteLiteral, type NumberLiteral, pickNumbers } from './numberLiterals.ts'

/** Why a text gives no value: it is no JSON, or JSON that can't be held. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
}

/**
 * A JSON text as a value, for texts that come from outside while a job runs. A number that a
 * double would change is kept as text with its very digits: `{"id":7615917337495251231}` gives
 * `{ "id": "7615917337495251231" }`, never a rounded id. Of equal keys the last counts.
 *
 * Throws a `JsonTextError` that says where for what is no JSON, for numbers beyond a double's range, and for more than
 * 200 levels.
 */
export function parseJsonText(text: string): Json {
  const work = jsonTextInPasses(text)
  for (;;) {
    const pass = work.next()
    if (pass.done === true) return pass.value
  }
}

/** The same, as work that can be interrupted between its passes over the text. */
export function* jsonTextInPasses(text: string): Generator<undefined, Json, undefined> {
  const value = parse(text)
  yield
  if (depthOf(value) > MAX_DEPTH) {
    throw new JsonTextError(`the text is nested too deep; ${MAX_DEPTH} levels are allowed`)
  }
  yield
  const changed = pickNumbers(text, (literal) => !isFiniteLiteral(literal) || isChanged(literal))
  const infinite = changed.find(({ literal }) => !isFiniteLiteral(literal))
  if (infinite !== undefined) {
    const where = infinite.pointer === '' ? 'the number' : `the number at ${infinite.pointer}`
    throw new JsonTextError(`${where} is too large; write none beyond ${Number.MAX_VALUE}`)
  }
  if (changed.length === 0) return value
  yield
  const digits = quoted(text, changed)
  yield
  return parse(digits)
}

function parse(text: string): Json {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new JsonTextError(`the text is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}`)
  }
}

/** The text with these numbers as strings. */
function quoted(text: string, numbers: readonly NumberLiteral[]): string {
  let from = 0
  let out = ''
  for (const { literal, offset } of numbers) {
    out += `${text.slice(from, offset)}"${literal}"`
    from = offset + literal.length
  }
  return out + text.slice(from)
}

/** How many levels a value has, looked at no deeper than it matters. */
function depthOf(value: Json, level = 0): number {
  if (typeof value !== 'object' || value === null) return level
  if (level >= MAX_DEPTH) return level + 1
  let deepest = level + 1
  for (const item of Object.values(value)) {
    if (typeof item === 'object' && item !== null) deepest = Math.max(deepest, depthOf(item, level + 1))
    if (deepest > MAX_DEPTH) break
  }
  return deepest
}
