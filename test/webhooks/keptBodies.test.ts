import { expect, test } from 'vitest'
import { KeptBodies } from '../../src/webhooks/keptBodies.ts'

/** A body of so many bytes, and how often it was made. */
function bodyOf(bytes: number) {
  const made = { times: 0 }
  const make = (): string => `${++made.times}${'x'.repeat(bytes - 1)}`
  return { made, make }
}

test('a large body is made once for all that are told the same', () => {
  const bodies = new KeptBodies()
  const { made, make } = bodyOf(100_000)
  const first = bodies.of('end of a job', make)
  expect(first?.byteLength).toBe(100_000)
  expect(bodies.of('end of a job', make)).toBe(first)
  bodies.of('end of another job', make)
  expect(made.times).toBe(2)
})

test('a small one is made each time, and nothing is kept of it', () => {
  const bodies = new KeptBodies()
  const { made, make } = bodyOf(1000)
  for (let i = 0; i < 3; i++) bodies.of('end of a job', make)
  expect(made.times).toBe(3)
})

test('all together are at most 16 MiB: those that were not asked for longest go', () => {
  const bodies = new KeptBodies()
  const { made, make } = bodyOf(1024 * 1024)
  for (let i = 0; i < 17; i++) bodies.of(String(i), make)
  bodies.of('16', make)
  expect(made.times).toBe(17)
  bodies.of('0', make)
  expect(made.times).toBe(18)
})

test('what is gone is asked for again', () => {
  const bodies = new KeptBodies()
  expect(bodies.of('a job', () => null)).toBe(null)
  expect(String(bodies.of('a job', () => 'there'))).toBe('there')
})
