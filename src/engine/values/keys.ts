/** The keys of an object that is written out in the code, and so has no others. */
export function keysOf<Key extends string>(object: Readonly<Record<Key, unknown>>): Key[] {
  const keys: Key[] = []
  for (const key in object) keys.push(key)
  return keys
}
