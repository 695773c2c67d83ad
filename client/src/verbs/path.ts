/** Fills the parts of a path in, percent-encoded: path`/v1/jobs/${id}`. */
export function path(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return texts.reduce((whole, text, i) => `${whole}${encodeURIComponent(parts[i - 1] ?? '')}${text}`)
}
