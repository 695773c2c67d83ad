/** How a tag stands among what the list can be filtered by. */
export function tagLabel(tag: string): string {
  return `tag:${tag}`
}

/** How a metadata entry stands there. */
export function metadataLabel(key: string, value: string): string {
  return `metadata:${key}=${value}`
}
