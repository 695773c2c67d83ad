import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { onceTold } from '../../src/webhooks/onceTold.ts'
import { sign } from '../../src/webhooks/signature.ts'

const secretOf = (bytes: number, fill: number) => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`

describe('a signature', () => {
  test.each([
    ['nothing', ''],
    ['ASCII', '{"a":1}'],
    ['what is not ASCII', '{"name":"Žofie 🐝 \u0000"}'],
    ['a mebibyte', 'x'.repeat(1024 * 1024)],
  ])('is that of the package standardwebhooks: %s', (_, text) => {
    const at = 1_795_890_698_679
    const secrets = [secretOf(24, 251), secretOf(32, 7), secretOf(64, 255)]
    const expected = secrets.map((secret) => new Webhook(secret).sign('msg_1', new Date(at), text))
    expect(sign('msg_1', at, Buffer.from(text), secrets)).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1795890698',
      'webhook-signature': expected.join(' '),
    })
  })
})

describe('a body', () => {
  const end = { tenant: 'a', jobId: 'job', event: 'job.finished', seq: 4, id: 'msg_1' } as const

  test('is made once for all that are told the same', () => {
    const bodyOf = onceTold(({ id }) => id)
    const first = bodyOf(end)
    expect(String(first)).toBe('msg_1')
    expect(bodyOf({ ...end, id: 'msg_2' })).toBe(first)
  })

  test.each([
    ['another tenant', { tenant: 'b' }],
    ['another job', { jobId: 'job2' }],
    ['another event', { event: 'step.updated' }],
    ['another seq', { seq: 3 }],
  ] as const)('is made anew for %s', (_, other) => {
    const bodyOf = onceTold(({ id }) => id)
    bodyOf(end)
    expect(String(bodyOf({ ...end, ...other, id: 'msg_2' }))).toBe('msg_2')
  })

  test('is each test’s own', () => {
    const bodyOf = onceTold(({ id }) => id)
    const sent = ['msg_1', 'msg_2'].map((id) => bodyOf({ ...end, event: 'webhook.test', seq: 0, id }))
    expect(sent.map(String)).toEqual(['msg_1', 'msg_2'])
  })

  test('that is gone is gone for all', () => {
    let asked = 0
    const bodyOf = onceTold(() => (asked++, null))
    expect([bodyOf(end), bodyOf(end), asked]).toEqual([null, null, 1])
  })
})
