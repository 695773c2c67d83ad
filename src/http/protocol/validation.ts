import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { validatorOf } from '../../engine/schemas/validator.ts'
import { isObject } from '../../engine/values/json.ts'

const noOther = (): never => {
  throw new Error('schemas are compiled by TypeBox')
}

/** Fastify's own compilers are not wanted. Told from the beginning, so that it does not load them: Ajv alone is 83 modules. */
export const NO_OTHER_COMPILERS = { compilersFactory: { buildValidator: noOther, buildSerializer: noOther } }

/**
 * Queries, headers and path parameters come as text: they are converted, then checked. Bodies are not converted, and
 * are checked where they are parsed, with pointers and in words of their own.
 */
export function validateWithTypeBox(app: FastifyInstance): void {
  const compiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
    if (httpPart === 'body') return () => true
    const validator = validatorOf(schema)
    const parameters = convertedIn(schema)
    return (value: unknown) => {
      const converted = convert(parameters, value)
      return validator.Check(converted) ? { value: converted } : { error: validator.Errors(converted) }
    }
  }
  app.setValidatorCompiler(compiler)
  app.setSerializerCompiler(() => JSON.stringify)
}

/** A parameter whose text stands for something else. */
type Converted = { readonly name: string; readonly type: 'integer' | 'boolean' }

function convertedIn(schema: TSchema): readonly Converted[] {
  const properties: unknown = Reflect.get(schema, 'properties')
  if (!isObject(properties)) return []
  return Object.entries(properties).flatMap(([name, property]): Converted[] => {
    const type: unknown = isObject(property) ? property['type'] : undefined
    return type === 'integer' || type === 'boolean' ? [{ name, type }] : []
  })
}

/** Parameters without those that have no value, and with text turned into what it stands for: copied only for that. */
function convert(parameters: readonly Converted[], given: unknown): unknown {
  if (!isObject(given) || (parameters.length === 0 && !hasUndefined(given))) return given
  const converted = Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined))
  for (const { name, type } of parameters) {
    const text = converted[name]
    if (typeof text === 'string') converted[name] = convertText(text, type)
  }
  return converted
}

function hasUndefined(given: Readonly<Record<string, unknown>>): boolean {
  for (const name in given) if (given[name] === undefined) return true
  return false
}

/** Only what is written as a number, or a boolean, is one: `1.5`, `true` or nothing at all are no integers. */
function convertText(text: string, type: Converted['type']): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
