/** A message was not signed with this secret, or too long ago: do not heed it. */
export class WebhookVerificationError extends Error {
    name = 'WebhookVerificationError';
}
/** How old, or how far in the future, a message may be (Standard Webhooks). */
const TOLERANCE_SECONDS = 300;
const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
/**
 * Checks the signature of a message (Standard Webhooks) and gives what it tells.
 *
 * @param body exactly as it came: parsed and written again it would be another text
 * @param secret `whsec_…`
 * @throws WebhookVerificationError
 */
export async function verifyWebhook(body, headers, secret) {
    const [id, timestamp, signatures] = HEADERS.map((name) => headerOf(headers, name));
    if (id === undefined || timestamp === undefined || signatures === undefined) {
        throw new WebhookVerificationError(`a message has the headers ${HEADERS.join(', ')}`);
    }
    const age = Date.now() / 1000 - Number(timestamp);
    if (!(Math.abs(age) <= TOLERANCE_SECONDS)) {
        throw new WebhookVerificationError(`the message was signed at ${timestamp}, more than 5 minutes from now`);
    }
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
    const key = await keyOf(secret);
    for (const signature of signatures.split(' ')) {
        const [version, value = ''] = signature.split(',');
        // `verify` compares in constant time.
        if (version === 'v1' && (await crypto.subtle.verify('HMAC', key, bytesOf(value) ?? new Uint8Array(), signed))) {
            return JSON.parse(text);
        }
    }
    throw new WebhookVerificationError('no signature of the message fits the secret');
}
function headerOf(headers, name) {
    if (headers instanceof Headers)
        return headers.get(name) ?? undefined;
    const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
    return typeof found === 'string' ? found : found?.[0];
}
function keyOf(secret) {
    const bytes = secret.startsWith('whsec_') ? bytesOf(secret.slice('whsec_'.length)) : null;
    if (bytes === null)
        throw new WebhookVerificationError('the secret is whsec_ and base64');
    return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}
/** Base64 as bytes; null where it is none. */
function bytesOf(base64) {
    try {
        return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    }
    catch {
        return null;
    }
}
