import { type TSchemaOptions, Type } from 'typebox'
import type { Json, JsonObject } from '../engine/values/json.ts'

/** Any JSON. */
export const AnyJson = (options?: TSchemaOptions) => Type.Unsafe<Json>(Type.Unknown(options))

/** Any JSON object. */
export const AnyObject = (options?: TSchemaOptions) =>
  Type.Unsafe<JsonObject>(Type.Record(Type.String(), Type.Unknown(), options))
