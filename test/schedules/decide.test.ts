import { describe, expect, it } from 'vitest'
import { type CatchUp, decideFirings } from '../../src/schedules/decide.ts'
import type { Timing } from '../../src/schedules/firings.ts'

const MINUTE = 60_000
const noon = Date.parse('2024-01-01T12:00:00Z')
const eachMinute: Timing = {
  when: { kind: 'every', milliseconds: MINUTE, anchor: noon },
  startAt: null,
  endAt: null,
}
const decide = (catchUp: CatchUp, due: number, now: number, attentiveSince: number) =>
  decideFirings(eachMinute, catchUp, due, now, attentiveSince)

describe('a schedule that is due', () => {
  it('fires, and knows when next', () => {
    expect(decide('none', noon, noon + 200, noon - 500)).toEqual({ fire: [noon], next: noon + MINUTE })
  })

  it('fires within five seconds, also where the replica has just come', () => {
    expect(decide('none', noon, noon + 5000 - 1, noon + 4900).fire).toEqual([noon])
  })

  it('fires however late where the replica was alive all the time', () => {
    expect(decide('none', noon, noon + 20_000, noon - 1).fire).toEqual([noon])
  })

  it('waits while nothing is due', () => {
    expect(decide('all', noon + MINUTE, noon + 1000, noon)).toEqual({ fire: [], next: noon + MINUTE })
  })

  it.each<[CatchUp, number]>([
    ['none', 0],
    ['latest', 1],
    ['all', 100],
  ])('makes up for a day that nobody was there by %s', (catchUp, count) => {
    const day = 24 * 60 * MINUTE
    const now = noon + day + 30_000
    const { fire, next } = decide(catchUp, noon, now, now)
    expect(fire).toEqual(Array.from({ length: count }, (_, i) => noon + day - (count - 1 - i) * MINUTE))
    expect(next).toBe(noon + day + MINUTE)
  })

  it('makes what was missed and what is on time, each once', () => {
    const now = noon + 2 * MINUTE + 100
    expect(decide('all', noon, now, now).fire).toEqual([noon, noon + MINUTE, noon + 2 * MINUTE])
  })

  it('never fires again once its end has passed', () => {
    const ended: Timing = { ...eachMinute, endAt: noon }
    expect(decideFirings(ended, 'all', noon, noon + 100, noon - 1)).toEqual({ fire: [noon], next: null })
  })
})
