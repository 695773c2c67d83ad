const SHAPE = /^whsec_([A-Za-z0-9+/]{32,86}={0,2})$/
const MIN_BYTES = 24
const MAX_BYTES = 64

/** Whether a text is a secret of Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes. */
export function isWebhookSecret(text: string): boolean {
  const base64 = SHAPE.exec(text)?.[1]
  if (base64 === undefined) return false
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES && bytes.toString('base64') === base64
}

/** What to say of one that is none. */
export const SECRET_DEMAND = 'must be whsec_ and base64 of 24 to 64 bytes'
