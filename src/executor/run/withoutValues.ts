import { isObject, type Json } from '../../engine/values/json.ts'
import type { ActiveRun } from './activeRun.ts'
import { parseJson } from '../../engine/values/parseJson.ts'

/** So much of a message is logged. */
const MESSAGE_CHARACTERS = 200

/** A job with more values than these is not looked through: nothing of its messages is logged. */
const MAX_VALUES = 5000
const MAX_BYTES = 1024 * 1024

/** A text with a tag is no value: what came in its place is. */
const TAG = /\{[:<#%=]/

/** Shorter ones are values only where they stand by themselves. */
const SHORT = 4

/** The beginning of a message, up to the first value of its job that it contains: the log holds no values. */
export function withoutValues(message: string, { run, plan }: ActiveRun): string {
  if (run.resultBytes + run.variablesBytes > MAX_BYTES) return ''
  const { localValues, variables, metadata, steps } = plan.definition
  const results = [run.top, ...run.sequences.values()].flatMap((sequence) => [
    ...sequence.results.filter((result) => result?.status === 'DONE').map(({ returnValue }) => returnValue),
    parseJson(sequence.variables.text),
    sequence.round?.item ?? null,
  ])
  const given = [localValues, variables, metadata, ...steps.map(({ parameters }) => parameters)]
  const looked = message.slice(0, 2 * MESSAGE_CHARACTERS)
  let end = Math.min(message.length, MESSAGE_CHARACTERS)
  let count = 0
  const pending: Json[] = [...given, ...results]
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (++count > MAX_VALUES) return ''
    if (Array.isArray(value)) pending.push(...value.slice(0, MAX_VALUES + 1))
    else if (isObject(value)) pending.push(...Object.values(value))
    else if (typeof value === 'number' || (typeof value === 'string' && !TAG.test(value))) {
      const found = indexOfValue(looked, String(value).trim().slice(0, MESSAGE_CHARACTERS))
      if (found >= 0 && found < end) end = found
    }
  }
  return message.slice(0, end).trimEnd()
}

function indexOfValue(text: string, value: string): number {
  if (value === '') return -1
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    if (value.length >= SHORT || (!isWord(text[at - 1]) && !isWord(text[at + value.length]))) return at
  }
  return -1
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character)
}
