import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type LargeAnswer, UnsentAnswers } from '../../src/access/unsentAnswers.ts'
import { ProblemError } from '../../src/wire/problem.ts'

const MB = 1024 * 1024

const large = (megabytes: number): LargeAnswer => ({
  bytes: megabytes * MB,
  pieces: Array.from({ length: megabytes }, () => 'x'.repeat(MB)),
})

describe('large answers', () => {
  test('arrive whole, and nothing of them is left unsent', async () => {
    const answers = new UnsentAnswers({ minBytesPerSecond: 1 })
    // Characters of one to four bytes, in pieces of all sizes.
    const pieces = Array.from({ length: 100 }, (_, i) => 'aé€𝄞'.repeat(i * i))
    const text = pieces.join('')
    const chunks: Buffer[] = []
    const bytes = Buffer.byteLength(text)
    for await (const chunk of answers.send('a', { bytes, pieces })) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString() === text).toBe(true)
    expect(answers.unsentOf('a')).toBe(0)
  })

  test('that are left unread count for their tenant alone, until they are dropped', async () => {
    const answers = new UnsentAnswers({ minBytesPerSecond: 1, maxBytes: 10 * MB })
    const first = answers.send('a', large(12))
    expect(() => answers.send('a', large(1))).toThrow(ProblemError)
    expect(answers.unsentOf('a')).toBe(12 * MB)
    answers.send('b', large(1)).destroy()
    await once(first.destroy(), 'close')
    answers.send('a', large(1)).destroy()
  })

  test('that are read more slowly than may be are broken off, and so are those that are not read at all', async () => {
    const answers = new UnsentAnswers({ minBytesPerSecond: 20 * MB, windowMs: 100 })
    for (const reads of [true, false]) {
      const stream = answers.send('a', large(64))
      const broken = once(stream, 'error')
      let over = false
      stream.once('close', () => (over = true))
      while (!over) {
        if (reads) stream.read()
        await sleep(20)
      }
      expect((await broken)[0]).toMatchObject({ name: 'TooSlow' })
      expect(answers.unsentOf('a')).toBe(0)
    }
  })
})
