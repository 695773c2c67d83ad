import { Type } from 'typebox'

/** A reference to a schema with that `$id`; it becomes a component of the OpenAPI document and keeps its type. */
export function refTo<T>(id: string) {
  return Type.Unsafe<T>(Type.Ref(`${id}#`))
}
