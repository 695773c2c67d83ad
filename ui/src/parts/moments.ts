/** A moment as a field for one has it: the viewer's time, without a zone. */
export function localTime(moment: string | null): string {
  const time = Date.parse(moment ?? '')
  if (Number.isNaN(time)) return ''
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** What such a field says, for the wire; null where it is empty. */
export function momentOf(value: string): string | null {
  return value === '' ? null : new Date(value).toISOString()
}
