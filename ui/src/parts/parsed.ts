import { texts } from '../texts.ts'
import { exactJson, InexactNumber } from './exactJson.ts'

/** What stands in a field can't be read; it is told at the field, and never sent. */
export class Unreadable extends Error {
  /** The field's label. */
  readonly field: string
  /** What is wrong with it. */
  readonly detail: string

  constructor(field: string, detail: string) {
    super(`${field}: ${detail}`)
    this.field = field
    this.detail = detail
  }
}

/** What somebody wrote as JSON. @throws Unreadable */
export function parsed(text: string, field: string): unknown {
  try {
    return exactJson(text)
  } catch (error) {
    if (error instanceof InexactNumber) throw new Unreadable(field, error.message)
    throw new Unreadable(field, `${texts.notJson}. ${error instanceof Error ? error.message : ''}`)
  }
}
