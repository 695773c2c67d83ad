import { isObject } from '../../src/engine/values/json.ts'

/**
 * The document as generators of OpenAPI 3.0 know it, where the down-conversion leaves it as it is: a union with null is
 * nullable, any other union is anything.
 */
export function withNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNullable)
  if (!isObject(value)) return value
  const members = value['anyOf'] ?? value['oneOf']
  const rest = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withNullable(one)]))
  if (!Array.isArray(members)) return rest
  const { anyOf: _any, oneOf: _one, discriminator: _discriminator, ...others } = rest
  const left = members.filter((member) => isObject(member) && member['type'] !== 'null')
  const [only] = left
  const nullable = left.length < members.length ? { nullable: true } : {}
  if (left.length !== 1 || !isObject(only)) return { ...others, ...nullable }
  // A reference that may be null is one that must not be, for some generators.
  const meant = '$ref' in only ? { type: 'object' } : (withNullable(only) as object)
  return { ...others, ...meant, ...nullable }
}
