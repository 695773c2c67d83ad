import { createScanner } from 'jsonc-parser'

/** The scanner's `SyntaxKind`, whose declaration is a const enum that can't be imported file by file. */
const Token = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, comma: 5, string: 10, end: 17 } as const

const FIELDS = ['on_step_update', 'on_job_finish']

/**
 * A definition's text with null for its callbacks: they are stored apart, with their secrets sealed. Everything else
 * stays as it was posted.
 *
 * @param text valid JSON, an object
 */
export function withoutCallbacks(text: string): string {
  const scanner = createScanner(text, true)
  const pieces: string[] = []
  let kept = 0
  let depth = 0
  let key: string | null = null
  let begin = -1
  for (let token: number = scanner.scan(); token !== Token.end; token = scanner.scan()) {
    const isValue = depth === 1 && key !== null && FIELDS.includes(key)
    if (token === Token.openBrace || token === Token.openBracket) {
      if (isValue) begin = scanner.getTokenOffset()
      depth++
    } else if (token === Token.closeBrace || token === Token.closeBracket) {
      depth--
      if (depth !== 1 || begin < 0) continue
      pieces.push(text.slice(kept, begin), 'null')
      kept = scanner.getTokenOffset() + scanner.getTokenLength()
      begin = -1
    } else if (depth === 1) {
      if (token === Token.comma) key = null
      else if (token === Token.string && key === null) key = scanner.getTokenValue()
    }
  }
  return pieces.join('') + text.slice(kept)
}
