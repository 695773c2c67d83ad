import { expect, test } from 'vitest'
import { LeftAlone } from '../../src/executor/queue/declined.ts'

test('a replica leaves so many jobs alone and no more: a claim compares each job with all of them', () => {
  const leftAlone = new LeftAlone()
  const nonces = Array.from({ length: 200 }, (_, i) => `nonce-${i}`)
  expect(nonces.every((nonce) => leftAlone.add(nonce))).toBe(true)
  expect(leftAlone.add('one-more')).toBe(false)
  expect(leftAlone.nonces().toSorted()).toEqual(nonces.toSorted())
})
