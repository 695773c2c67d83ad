import type { Static, TProperties, TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { Validator as Compiled } from 'typebox/schema'
import { Settings } from 'typebox/system'

/** Checks values by a schema, in the words of TypeBox. */
export type Validator<Value = unknown> = {
  Check(value: unknown): value is Value
  /** What does not fit, in at most so many words (several may be about one place); nothing: it fits. */
  Errors(value: unknown, most?: number): TLocalizedValidationError[]
}

/**
 * The validator of a schema, compiled by its first use: a process asks few of all that it has, and a start none. Made by
 * TypeBox's way to schemas; the one to types (`typebox/compile`) says the same, and loads 146 modules more.
 *
 * @param context what the schema refers to, by name
 */
export function validatorOf<Schema extends TSchema, Context extends TProperties = {}>(
  schema: Schema,
  context?: Context,
): Validator<Static<Schema, Context>> {
  let compiled: Compiled<Schema, Static<Schema, Context>> | null = null
  const get = () => (compiled ??= new Compiled<Schema, Static<Schema, Context>>({ ...context }, schema))
  return {
    Check: (value): value is Static<Schema, Context> => get().Check(value),
    Errors: (value, most = 8) => {
      const { maxErrors } = Settings.Get()
      Settings.Set({ maxErrors: most })
      try {
        return get().Errors(value)[1]
      } finally {
        Settings.Set({ maxErrors })
      }
    },
  }
}
