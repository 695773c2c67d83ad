import { Type } from '../engine/block.ts'

/** The longest text that is taken apart: as much as a step may return where the operator says nothing. */
export const MAX_DOCUMENT = 1_048_576

/** A parameter: a text that is taken apart. */
export const documentText = (description: string) =>
  Type.String({ maxLength: MAX_DOCUMENT, description: `${description}, of at most ${MAX_DOCUMENT} characters.` })
