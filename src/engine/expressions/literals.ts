/** Whether a quote at an index opens a raw text (`r"…"`), in which a backslash is a backslash. */
export function isRaw(text: string, quote: number): boolean {
  const before = text[quote - 1]
  return (before === 'r' || before === 'R') && !isNameCharacter(text.charCodeAt(quote - 2))
}

/** Whether three quotes in a row stand at an index: such a text may hold single ones, and line ends. */
export function isTriple(text: string, quote: number): boolean {
  return text.startsWith(text.charAt(quote).repeat(3), quote)
}

/** The index behind the text literal whose opening quote stands at an index, or -1: it is never closed. */
export function literalEnd(text: string, quote: number): number {
  const raw = isRaw(text, quote)
  const closing = text.charAt(quote).repeat(isTriple(text, quote) ? 3 : 1)
  for (let i = quote + closing.length; i < text.length; i++) {
    if (text[i] === '\\' && !raw) i++
    else if (text.startsWith(closing, i)) return i + closing.length
  }
  return -1
}

/** Letters, digits and `_`, by code unit. */
export function isNameCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95
}
