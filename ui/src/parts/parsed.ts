import { texts } from '../texts.ts'
import { exactJson, InexactNumber } from './exactJson.ts'

/** What somebody wrote as JSON. @throws Error that names the field */
export function parsed(text: string, field: string): unknown {
  try {
    return exactJson(text)
  } catch (error) {
    if (error instanceof InexactNumber) throw new Error(`${field}: ${error.message}`)
    throw new Error(`${field}: ${texts.notJson}. ${error instanceof Error ? error.message : ''}`)
  }
}
