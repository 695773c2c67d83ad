import { type Encoders, encodersOf } from './arrays.ts'

/** A statement and the name under which connections keep its plan. Made by `statement`, so that none is left unknown. */
export type Statement = {
  readonly name: string
  readonly text: string
  /** How those of its parameters are sent that are arrays. */
  readonly encoders: Encoders
  readonly [KNOWN]: true
}

const KNOWN: unique symbol = Symbol('known')

const known = new Map<string, Statement>()

/**
 * Makes a statement, once, when its module is loaded. Every one is known from then on: a test explains them all and
 * refuses those that would read a whole table. Throws for a name that is taken, since connections tell plans by it.
 */
export function statement({ name, text }: { name: string; text: string }): Statement {
  if (known.has(name)) throw new Error(`two statements are named ${name}`)
  const made: Statement = { name, text, encoders: encodersOf(text), [KNOWN]: true }
  known.set(name, made)
  return made
}

/** Every statement of the modules that are loaded, in no particular order. */
export function knownStatements(): readonly Statement[] {
  return [...known.values()]
}
