/**
 * What the service wrote as JSON itself and reads again, as the type that was written: columns, journals, what it signed. What
 * comes from outside goes through a schema instead.
 */
export function readOwn<Written>(text: string): Written {
  return JSON.parse(text)
}
