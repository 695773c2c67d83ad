import { Webhook } from 'standardwebhooks'

/** What a message is sent with, beside its body (Standard Webhooks). */
export type SignedHeaders = {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/**
 * Signs a message with each of the secrets: two while one is being rotated.
 *
 * @param now in milliseconds
 */
export function sign(id: string, now: number, body: string, secrets: readonly string[]): SignedHeaders {
  const seconds = Math.floor(now / 1000)
  const moment = new Date(seconds * 1000)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, moment, body)).join(' '),
  }
}
