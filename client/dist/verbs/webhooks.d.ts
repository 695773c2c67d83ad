import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { Delivery, Webhook, WebhookChange, WebhookInput, WebhookWithSecret } from '../types.ts';
/** Who is told what happens, by signed messages. */
export declare class Webhooks {
    #private;
    constructor(transport: Transport);
    /** The answer alone shows the secret. */
    create(input: WebhookInput): Promise<WebhookWithSecret>;
    list(): List<Webhook>;
    get(id: string): Promise<Webhook>;
    update(id: string, change: WebhookChange): Promise<Webhook>;
    delete(id: string): Promise<void>;
    /** A new secret; the old one signs along for 24 hours. */
    rotateSecret(id: string): Promise<WebhookWithSecret>;
    /** Sends a message that only shows that messages arrive. */
    test(id: string): Promise<Delivery>;
    /** Newest first. */
    deliveries(id: string, { limit }?: {
        readonly limit?: number;
    }): List<Delivery>;
    redeliver(id: string, deliveryId: string): Promise<Delivery>;
}
