import { Validator } from '@cfworker/json-schema'
import { copyJson, getOwn, isObject, type Json, type JsonObject } from '../values/json.ts'
import type { SchemaProblem } from './check.ts'
import { rewriteSchema } from './rewrite.ts'
import { isWithinBound } from './cost.ts'
import { secretPointers } from './secretPointers.ts'
import { wordsOf } from './words.ts'

/** Keywords that only hand on what another one below them found. */
const WRAPPERS = new Set([
  '$ref',
  'properties',
  'items',
  'prefixItems',
  'allOf',
  'if',
  'additionalProperties',
  'propertyNames',
])

const MAX_PROBLEMS = 20

/** A schema that a client wrote and `checkSchema` found no fault with, to hold values against. Nothing is compiled. */
export class ClientSchema {
  readonly #schema: JsonObject
  readonly #validator: Validator

  constructor(schema: JsonObject) {
    this.#schema = schema
    this.#validator = new Validator(rewriteSchema(schema), '2020-12', false)
  }

  /** What does not fit, with pointers into the value; an empty list: it fits. */
  problems(value: Json): SchemaProblem[] {
    if (!isObject(value)) return [{ pointer: '', detail: 'must be an object' }]
    if (!isWithinBound(this.#schema, value)) {
      return [{ pointer: '', detail: 'is too large to be held against this schema' }]
    }
    const { valid, errors } = this.#validator.validate(value)
    if (valid) return []
    const leaves = errors.filter(({ keyword }) => !WRAPPERS.has(keyword))
    return (leaves.length > 0 ? leaves : errors).slice(0, MAX_PROBLEMS).map((unit) => ({
      pointer: unit.instanceLocation.slice(1),
      detail: wordsOf(unit),
    }))
  }

  /** A value with the defaults of the schema's own properties filled in where nothing was given. */
  withDefaults(value: JsonObject): JsonObject {
    const filled = { ...value }
    for (const [name, property] of this.#properties()) {
      const given = getOwn(property, 'default')
      if (given !== undefined && !Object.hasOwn(filled, name)) filled[name] = copyJson(given)
    }
    return filled
  }

  /** Where a value that fits is marked `"x-secret": true`: JSON pointers. */
  secretPointers(value: JsonObject): string[] {
    return secretPointers(this.#schema, value)
  }

  #properties(): [string, JsonObject][] {
    const properties = getOwn(this.#schema, 'properties')
    if (!isObject(properties)) return []
    return Object.entries(properties).flatMap(([name, property]): [string, JsonObject][] =>
      isObject(property) ? [[name, property]] : [],
    )
  }
}
