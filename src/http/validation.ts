import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

/**
 * Queries, headers and path parameters come as text: they are converted, then checked. Bodies are not converted, and
 * are checked where they are parsed, with pointers and in words of their own.
 */
export function validateWithTypeBox(app: FastifyInstance): void {
  const compiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
    if (httpPart === 'body') return () => true
    const validator = Compile(schema)
    return (value: unknown) => {
      const converted = isRepeated(value) ? value : Value.Convert(schema, value)
      return validator.Check(converted) ? { value: converted } : { error: validator.Errors(converted) as never }
    }
  }
  app.setValidatorCompiler(compiler)
  app.setSerializerCompiler(() => JSON.stringify)
}

/** A parameter that was given twice came as a list: it must not be converted into one value. */
function isRepeated(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).some(Array.isArray)
}
