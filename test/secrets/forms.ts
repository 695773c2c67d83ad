/** Every way in which a secret may come back, as others would write it. */
export const FORMS: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  JSON: (secret) => JSON.stringify({ a: secret }),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'basic authentication': (secret) => Buffer.from(`user:${secret}`).toString('base64'),
  'base64 of a longer text': (secret) => Buffer.from(`{"a":"${secret}","b":1}`).toString('base64'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  HEX: (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  URL: (secret) => `https://example.com/?q=${encodeURIComponent(secret)}`,
  'URL in lower case': (secret) => encodeURIComponent(secret).replace(/%../g, (escape) => escape.toLowerCase()),
  form: (secret) => new URLSearchParams({ a: secret }).toString(),
}
