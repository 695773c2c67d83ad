import { describe, expect, test } from 'vitest'
import { BoundedBytes } from '../../src/outbound/boundedBytes.ts'

describe('BoundedBytes', () => {
  test.each([
    { limit: 10, pieces: [], bytes: '', fits: true },
    { limit: 0, pieces: [''], bytes: '', fits: true },
    { limit: 0, pieces: ['a'], bytes: '', fits: false },
    { limit: 3, pieces: ['a', 'bc'], bytes: 'abc', fits: true },
    { limit: 3, pieces: ['ab', 'cd'], bytes: 'abc', fits: false },
    { limit: 3, pieces: ['abc', 'd'], bytes: 'abc', fits: false },
    { limit: 3, pieces: ['abcdef'], bytes: 'abc', fits: false },
  ])('of $pieces with room for $limit it takes "$bytes"', ({ limit, pieces, bytes, fits }) => {
    const bounded = new BoundedBytes(limit)
    const all = pieces.map((piece) => bounded.add(Buffer.from(piece)))
    expect(bounded.bytes.toString()).toBe(bytes)
    expect(all.every(Boolean)).toBe(fits)
  })

  test('keeps a long drip of single bytes in order', () => {
    const bounded = new BoundedBytes(100_000)
    for (let i = 0; i < 100_000; i++) bounded.add(Uint8Array.of(i % 251))
    expect(bounded.bytes.length).toBe(100_000)
    expect(bounded.bytes.every((byte, i) => byte === i % 251)).toBe(true)
    expect(bounded.add(Uint8Array.of(1))).toBe(false)
  })
})
