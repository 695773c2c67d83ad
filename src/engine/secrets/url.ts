/**
 * A secret as a part of a URL. At the beginning it is the URL; in the path it is one or more segments, behind the `?` one
 * value: what it holds can't become another part of the URL.
 */
export function inUrl(secret: string, before: string): string {
  if (before.trim() === '') return secret
  const text = secret.toWellFormed()
  return before.includes('?') ? encodeURIComponent(text) : text.split('/').map(encodeURIComponent).join('/')
}
