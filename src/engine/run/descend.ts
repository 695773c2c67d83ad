import { characterAt } from '../values/characters.ts'
import { type Budget, getOwn, isObject, type Json } from '../values/json.ts'
import { itemAt, sliceList, sliceText, type Slice } from '../values/slice.ts'

const INDEX = /^-?\d+$/
const SLICE = /^(-?\d+)?:(-?\d+)?(?::(-?\d+)?)?$/

/**
 * What the parts of a path from the one at `at` on lead to; null where they lead nowhere. What has to be looked through
 * or made on the way (a slice, the place of a character) is taken from the budget: a tag is a few characters long, and
 * there may be a hundred thousand of them. Throws a `ValueTooLarge` when it is spent.
 */
export function descend(from: Json, parts: readonly string[], at: number, budget: Budget): Json {
  let value = from
  for (let i = at; i < parts.length && value !== null; i++) value = child(value, parts[i] ?? '', budget)
  return value
}

function child(value: Json, part: string, budget: Budget): Json {
  if (isHidden(part)) return null
  if (Array.isArray(value)) return inItems(value, part, budget)
  if (typeof value === 'string') return inText(value, part, budget)
  return isObject(value) ? (getOwn(value, part) ?? null) : null
}

function inText(text: string, part: string, budget: Budget): Json {
  if (INDEX.test(part)) {
    const index = Number(part)
    budget.spend(Math.min(Math.abs(index), text.length))
    return characterAt(text, index) ?? null
  }
  const slice = parseSlice(part)
  if (slice === null) return null
  budget.spend(costOfSlice(text.length, slice))
  return sliceText(text, slice)
}

function inItems(list: Json[], part: string, budget: Budget): Json {
  if (INDEX.test(part)) return itemAt(list, Number(part)) ?? null
  const slice = parseSlice(part)
  if (slice === null) return null
  budget.spend(costOfSlice(list.length, slice))
  return sliceList(list, slice)
}

/** One piece is found and copied far faster than single items are picked. */
function costOfSlice(length: number, { step }: Slice): number {
  return step === null || step === 1 ? length / 4 : length
}

/** A slice as it stands in a path, or null: also for a step of 0, since such a path leads nowhere. */
function parseSlice(part: string): Slice | null {
  const match = SLICE.exec(part)
  if (match === null) return null
  const [start, stop, step] = [match[1], match[2], match[3]].map((bound) =>
    bound === undefined ? null : Number(bound),
  )
  return step === 0 ? null : { start: start ?? null, stop: stop ?? null, step: step ?? null }
}

/** Parts that start or end with `_` are out of reach. */
export function isHidden(part: string): boolean {
  return part.startsWith('_') || part.endsWith('_')
}
