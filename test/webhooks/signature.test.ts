import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { sign } from '../../src/webhooks/signature.ts'

const secretOf = (bytes: number, fill: number) => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`

test.each([
  ['nothing', ''],
  ['ASCII', '{"a":1}'],
  ['what is not ASCII', '{"name":"Žofie 🐝 \u0000"}'],
  ['a mebibyte', 'x'.repeat(1024 * 1024)],
])('a signature is that of the package standardwebhooks: %s', (_, text) => {
  const at = 1_795_890_698_679
  const secrets = [secretOf(24, 251), secretOf(32, 7), secretOf(64, 255)]
  const expected = secrets.map((secret) => new Webhook(secret).sign('msg_1', new Date(at), text))
  expect(sign('msg_1', at, Buffer.from(text), secrets)).toEqual({
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1795890698',
    'webhook-signature': expected.join(' '),
  })
})
