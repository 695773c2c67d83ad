import { expect, test, vi } from 'vitest'
import { Live } from '../../src/feed/live.ts'
import { hashOfJob } from '../../src/store/notifier/messages.ts'

const job = { tenant: 'default', id: 'j-1' }
const hash = hashOfJob(job)

function open() {
  const joined: number[] = []
  const live = new Live({ watched: () => undefined, joined: () => undefined, happened: () => undefined })
  live.onJoined((one) => joined.push(one))
  return { live, joined }
}

test('who begins to watch elsewhere is made out by what is said later, where that it begins was lost', () => {
  const { live, joined } = open()
  live.watchedElsewhere([hash])
  live.watchedElsewhere([hash])
  expect([joined, live.wanted(job)]).toEqual([[hash], true])
  live.joinedElsewhere([hash])
  expect(joined).toEqual([hash, hash])
})

test('a job that nobody says any more is watched by nobody, and begins anew', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { live, joined } = open()
    live.joinedElsewhere([hash])
    vi.advanceTimersByTime(10_001)
    expect(live.wanted(job)).toBe(false)
    live.watchedElsewhere([hash])
    expect([joined, live.wanted(job)]).toEqual([[hash, hash], true])
  } finally {
    vi.useRealTimers()
  }
})
