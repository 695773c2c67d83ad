import { ProblemError } from '../wire/problem.ts'
import type { Json } from '../engine/values/json.ts'

/** What a program gave, as it would arrive over HTTP. Throws `invalid-definition` for what JSON can't hold. */
export function asJson(given: unknown): { readonly value: Json; readonly text: string } {
  try {
    const text = JSON.stringify(given) ?? 'null'
    return { value: JSON.parse(text), text }
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'is not JSON'
    throw new ProblemError('invalid-definition', `it can't be written as JSON: ${detail}`)
  }
}
