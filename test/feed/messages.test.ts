import fc from 'fast-check'
import { expect, test } from 'vitest'
import { happening, hashOfJob, news, presence, readMessage } from '../../src/store/notifier/messages.ts'

const hashes = fc.uniqueArray(fc.nat(0xffffffff), { maxLength: 5000 })

test('news come out as they went in, in messages that Postgres takes', () => {
  fc.assert(
    fc.property(hashes, hashes, hashes, hashes, hashes, (moved, ended, sent, watched, joined) => {
      const named = { moved, ended, sent, watched, joined }
      const given = {
        moved: new Set(moved),
        ended: new Set(ended),
        sent: new Set(sent),
        watched: new Set(watched),
        joined: new Set(joined),
      }
      const payloads = news('0123abcd', given)
      for (const payload of payloads) expect(payload.length).toBeLessThan(8000)
      const read: Record<keyof typeof named, number[]> = { moved: [], ended: [], sent: [], watched: [], joined: [] }
      for (const message of payloads.map(readMessage)) {
        if (message === null || !('hashes' in message.content)) throw new Error('not news')
        expect(message.from).toBe('0123abcd')
        read[message.content.kind].push(...message.content.hashes)
      }
      expect(read).toEqual(named)
    }),
    { numRuns: 50 },
  )
})

test('what would be too many messages is one that says so', () => {
  const moved = new Set(Array.from({ length: 30_000 }, (_, i) => i))
  const given = {
    moved,
    ended: new Set<number>(),
    sent: new Set<number>(),
    watched: new Set<number>(),
    joined: new Set<number>(),
  }
  expect(news('0123abcd', given).map(readMessage)).toEqual([{ from: '0123abcd', content: { kind: 'much' } }])
})

test('presence is told apart, and what no version of ours sends is nothing', () => {
  expect(readMessage(presence('hello', '0123abcd'))).toEqual({ from: '0123abcd', content: { kind: 'hello' } })
  expect(readMessage(presence('here', '0123abcd'))?.content.kind).toBe('here')
  for (const payload of ['', 'x', '0123abcd', '0123abcdother', '0123abcd moved'])
    expect(readMessage(payload)).toBeNull()
})

test('what happens in a job comes out as it went in', () => {
  const text = '["t","1",{"line":"  \\n"}]'
  expect(readMessage(happening('0123abcd', text))).toEqual({ from: '0123abcd', content: { kind: 'live', text } })
})

test('a hash tells tenants and ids apart, and is 32 bits without a sign', () => {
  const jobs = ['a', 'b'].flatMap((tenant) => ['1', '2', 'ü'].map((id) => hashOfJob({ tenant, id })))
  expect(new Set(jobs).size).toBe(jobs.length)
  for (const hash of jobs) expect([hash >= 0, hash <= 0xffffffff, Number.isInteger(hash)]).toEqual([true, true, true])
})
