/** A key as it stands in a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The key that stands so in a JSON pointer (RFC 6901). */
export function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** A key or an index as a part of a JSON pointer, its slash in front. */
export function pointerPart(key: string | number): string {
  return `/${escapePointer(String(key))}`
}
