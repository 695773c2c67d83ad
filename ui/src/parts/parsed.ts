import { texts } from '../texts.ts'

/** What somebody wrote as JSON. @throws Error that names the field */
export function parsed(text: string, field: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new Error(`${field}: ${texts.notJson}. ${error instanceof Error ? error.message : ''}`)
  }
}
