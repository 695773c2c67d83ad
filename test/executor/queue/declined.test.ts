import { expect, test } from 'vitest'
import { Declined } from '../../../src/executor/queue/declined.ts'

test('a replica leaves so many jobs alone and no more: a claim compares each job with all of them', () => {
  const declined = new Declined()
  const nonces = Array.from({ length: 200 }, (_, i) => `nonce-${i}`)
  expect(nonces.every((nonce) => declined.add(nonce))).toBe(true)
  expect(declined.add('one-more')).toBe(false)
  expect(declined.nonces().toSorted()).toEqual(nonces.toSorted())
})
