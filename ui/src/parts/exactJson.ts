import { texts } from '../texts.ts'

/** A number with more digits than a number of JavaScript holds: read and written again it would be another one. */
export class InexactNumber extends Error {
  constructor(digits: string) {
    super(texts.inexact(digits))
  }
}

/** Reads JSON as it was written. @throws InexactNumber beside what `JSON.parse` throws */
export function exactJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    // A browser that does not tell the source is taken at its word.
    if (typeof value === 'number' && /^-?\d+$/.test(context?.source ?? '')) exactNumber(BigInt(context?.source ?? ''))
    return value
  }) as unknown
}

/** The number that some digits are. @throws InexactNumber */
export function exactNumber(digits: bigint): number {
  const value = Number(digits)
  if (!Number.isFinite(value) || BigInt(value) !== digits) throw new InexactNumber(String(digits))
  return value
}
