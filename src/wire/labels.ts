/** How a tag stands among what the list can be filtered by. */
export function tagLabel(tag: string): string {
  return `tag:${tag}`
}

/** How the schedule that made a job stands there. */
export function scheduleLabel(name: string): string {
  return `schedule:${name}`
}

/** How the job whose step made a child job stands there. */
export function parentLabel(id: string): string {
  return `parent:${id}`
}

/** How a metadata entry stands there. */
export function metadataLabel(key: string, value: string): string {
  return `metadata:${key}=${value}`
}
