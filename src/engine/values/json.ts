/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A JSON object. */
export type JsonObject = { [key: string]: Json }

/** Deeper values are refused, at the door and as results: recursive code stays far from the end of the stack. */
export const MAX_DEPTH = 200

/** Whether a value is a JSON object: no list, not null. */
export function isObject(value: Json | undefined): value is JsonObject
export function isObject(value: unknown): value is Record<string, unknown>
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The same of what came out of a JSON parser, so that all below it is JSON too. */
export function isParsedObject(parsed: unknown): parsed is JsonObject {
  return isObject(parsed)
}

/** Sets an own property, also one named `__proto__`, which an assignment would take for the prototype. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    target[key] = value
  }
}

/** An own property's value, or undefined: nothing inherited is ever found. */
export function getOwn<T>(target: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(target, key) ? target[key] : undefined
}

/** Two bytes as JSON, but twenty times that in memory: a million empty lists are far more work than a long text. */
const COST_OF_COMPOSITE = 12

/** The most that a byte of JSON costs of a budget: lists in lists, each of two brackets. */
export const COST_OF_BYTE = COST_OF_COMPOSITE / 2

/** How much copying is left: what one step may make is bounded, however a definition repeats itself. */
export class Budget {
  #left: number
  readonly #tooLarge: () => Error

  /**
   * @param limit in characters, about
   * @param tooLarge makes the error that is thrown when more than that was spent
   */
  constructor(limit: number, tooLarge: () => Error) {
    this.#left = limit
    this.#tooLarge = tooLarge
  }

  spend(amount: number): void {
    this.#left -= amount
    if (this.#left < 0) throw this.#tooLarge()
  }
}

/**
 * A deep copy of what a block returned, as plain JSON. `undefined` becomes null (in an object it is left out), and
 * an object with `toJSON` is what that gives, as with `JSON.stringify`.
 *
 * Throws a TypeError that says what it met for anything JSON can't hold: a function, a symbol, a BigInt, `NaN` and
 * the infinities, a cycle (or more than 200 levels), a Map, a Set, a buffer.
 */
export function copyJson(value: unknown, budget?: Budget, depth = 0): Json {
  switch (typeof value) {
    case 'string':
      budget?.spend(value.length + 2)
      return value
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`)
      budget?.spend(8)
      return value
    case 'boolean':
      budget?.spend(5)
      return value
    case 'undefined':
      return null
    case 'object':
      if (value === null) {
        budget?.spend(5)
        return null
      }
      budget?.spend(COST_OF_COMPOSITE)
      return copyComposite(value, budget, depth)
    default:
      throw new TypeError(`JSON can't hold a ${typeof value}`)
  }
}

function copyComposite(value: object, budget: Budget | undefined, depth: number): Json {
  if (depth >= MAX_DEPTH) throw new TypeError(`the value holds itself, or is nested deeper than ${MAX_DEPTH} levels`)
  if (Array.isArray(value)) {
    // A copy of the right size from the start: one that grows has room for 17 items, which a million small lists feel.
    const list: Json[] = value.slice()
    for (let i = 0; i < list.length; i++) list[i] = copyJson(list[i], budget, depth + 1)
    return list
  }
  const toJson: unknown = Reflect.get(value, 'toJSON')
  if (typeof toJson === 'function') return copyJson(Reflect.apply(toJson, value, ['']), budget, depth + 1)
  const kind = Object.prototype.toString.call(value)
  if (kind !== '[object Object]') throw new TypeError(`JSON can't hold a ${kind.slice(8, -1)}`)
  return copyObject(value, budget, depth)
}

/** A deep copy of an object's own keys, as `copyJson` makes it. */
export function copyObject(object: object, budget?: Budget, depth = 0): JsonObject {
  const copy: JsonObject = {}
  for (const key of Object.keys(object)) {
    const item: unknown = Reflect.get(object, key)
    if (item === undefined) continue
    budget?.spend(key.length + 3)
    setOwn(copy, key, copyJson(item, budget, depth + 1))
  }
  return copy
}

/** Spends what a copy of a value would cost, without making one: what is only referred to counts as well. */
export function measureJson(value: Json, budget: Budget): void {
  if (typeof value === 'string') budget.spend(value.length + 2)
  else if (typeof value !== 'object' || value === null) budget.spend(5)
  else if (Array.isArray(value)) {
    budget.spend(COST_OF_COMPOSITE)
    for (const item of value) measureJson(item, budget)
  } else {
    budget.spend(COST_OF_COMPOSITE)
    for (const key of Object.keys(value)) {
      budget.spend(key.length + 3)
      measureJson(value[key] ?? null, budget)
    }
  }
}
