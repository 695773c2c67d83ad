import { verifyWebhook } from '@conduit-jobs/client'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const BODY = JSON.stringify({
  type: 'webhook.test',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { webhook: { id: 'ü' } },
})

function sign(body = BODY, secret = SECRET, at = new Date()): Record<string, string> {
  return {
    'Webhook-Id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': `v1,AAAA v2,x ${new Webhook(secret).sign('msg_1', at, body)}`,
  }
}

test("what Standard Webhooks' own library signs is verified, as text, bytes, plain headers and Headers", async () => {
  const message = await verifyWebhook(BODY, sign(), SECRET)
  expect(message).toEqual(JSON.parse(BODY))
  if (message.type === 'webhook.test') expect(message.data.webhook.id).toBe('ü')
  await verifyWebhook(new TextEncoder().encode(BODY), new Headers(sign()), SECRET)
})

test.each([
  ['another body', `${BODY} `, sign(), SECRET],
  ['another secret', BODY, sign(BODY, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'), SECRET],
  ['a message of an hour ago', BODY, sign(BODY, SECRET, new Date(Date.now() - 3_600_000)), SECRET],
  ['no signature', BODY, {}, SECRET],
  ['a secret of another kind', BODY, sign(), 'secret'],
])('%s is refused', async (_, body, headers, secret) => {
  await expect(verifyWebhook(body, headers, secret)).rejects.toMatchObject({ name: 'WebhookVerificationError' })
})
