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
    return (value: unknown) => {
      const converted = convert(schema, value)
      return validator.Check(converted) ? { value: converted } : { error: validator.Errors(converted) }
    }
  }
  app.setValidatorCompiler(compiler)
  app.setSerializerCompiler(() => JSON.stringify)
}

/** Parameters of a schema with text turned into what it stands for; what it does not know stays as it is. */
function convert(schema: TSchema, value: unknown): unknown {
  const properties: unknown = Reflect.get(schema, 'properties')
  if (!isObject(properties) || !isObject(value)) return value
  const converted = Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined))
  for (const [name, property] of Object.entries(properties)) {
    const given = converted[name]
    if (typeof given === 'string' && isObject(property)) converted[name] = convertText(given, property['type'])
  }
  return converted
}

/** Only what is written as a number, or a boolean, is one: `1.5`, `true` or nothing at all are no integers. */
function convertText(text: string, type: unknown): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
