import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { UnsentAnswers } from '../../src/access/unsentAnswers.ts'
import { ProblemError } from '../../src/wire/problem.ts'

const MB = 1024 * 1024

describe('large answers', () => {
  test('arrive whole, and nothing of them is left unsent', async () => {
    const answers = new UnsentAnswers({ minBytesPerSecond: 1 })
    const answer = Buffer.from(Array.from({ length: 3 * MB }, (_, i) => i % 251))
    const pieces: Buffer[] = []
    for await (const piece of answers.send('a', answer)) pieces.push(piece as Buffer)
    expect(Buffer.concat(pieces).equals(answer)).toBe(true)
    expect(answers.unsentOf('a')).toBe(0)
  })

  test('that are left unread count for their tenant alone, until they are dropped', () => {
    const answers = new UnsentAnswers({ minBytesPerSecond: 1, maxBytes: 10 * MB })
    const first = answers.send('a', Buffer.alloc(12 * MB))
    expect(() => answers.send('a', Buffer.alloc(MB))).toThrow(ProblemError)
    expect(answers.unsentOf('a')).toBe(12 * MB)
    answers.send('b', Buffer.alloc(MB)).destroy()
    first.destroy()
    answers.send('a', Buffer.alloc(MB)).destroy()
  })

  test('that are read more slowly than may be are broken off, and so are those that are not read at all', async () => {
    const answers = new UnsentAnswers({ minBytesPerSecond: 20 * MB, windowMs: 100 })
    for (const reads of [true, false]) {
      const stream = answers.send('a', Buffer.alloc(64 * MB))
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
