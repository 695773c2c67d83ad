import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import type { Delivery, Webhook, WebhookChange, WebhookInput, WebhookWithSecret } from '../types.ts'
import { path } from './path.ts'

/** Who is told what happens, by signed messages. */
export class Webhooks {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The answer alone shows the secret. */
  create(input: WebhookInput): Promise<WebhookWithSecret> {
    return this.#transport.json('POST', '/v1/webhooks', { body: input, idempotencyKey: true })
  }

  list(): List<Webhook> {
    return new List(this.#transport, '/v1/webhooks')
  }

  get(id: string): Promise<Webhook> {
    return this.#transport.json('GET', path`/v1/webhooks/${id}`)
  }

  update(id: string, change: WebhookChange): Promise<Webhook> {
    return this.#transport.json('PATCH', path`/v1/webhooks/${id}`, { body: change })
  }

  delete(id: string): Promise<void> {
    return this.#transport.json('DELETE', path`/v1/webhooks/${id}`)
  }

  /** A new secret; the old one signs along for 24 hours. */
  rotateSecret(id: string): Promise<WebhookWithSecret> {
    return this.#transport.json('POST', path`/v1/webhooks/${id}/rotate-secret`, { idempotencyKey: true })
  }

  /** Sends a message that only shows that messages arrive. */
  test(id: string): Promise<Delivery> {
    return this.#transport.json('POST', path`/v1/webhooks/${id}/test`, { idempotencyKey: true })
  }

  /** Newest first. */
  deliveries(id: string, { limit }: { readonly limit?: number } = {}): List<Delivery> {
    return new List(this.#transport, path`/v1/webhooks/${id}/deliveries`, { limit })
  }

  redeliver(id: string, deliveryId: string): Promise<Delivery> {
    return this.#transport.json('POST', path`/v1/webhooks/${id}/deliveries/${deliveryId}/redeliver`, {
      idempotencyKey: true,
    })
  }
}
