import type { WebhookMessage } from './types.ts';
/** A message was not signed with this secret, or too long ago: do not heed it. */
export declare class WebhookVerificationError extends Error {
    readonly name = "WebhookVerificationError";
}
type GivenHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
/**
 * Checks the signature of a message (Standard Webhooks) and gives what it tells.
 *
 * @param body exactly as it came: parsed and written again it would be another text
 * @param secret `whsec_…`
 * @throws WebhookVerificationError
 */
export declare function verifyWebhook(body: string | Uint8Array, headers: GivenHeaders, secret: string): Promise<WebhookMessage>;
export {};
