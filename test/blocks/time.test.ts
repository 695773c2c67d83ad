import { describe, expect, test } from 'vitest'
import { now, sleep, timeBlocks } from '../../src/blocks/time.ts'
import { StepAborted } from '../../src/engine/errors.ts'
import { type Case, contextWith, invalidType, returns, testCases, testExamples } from './callBlock.ts'

const CASES: readonly Case[] = [
  ['TIME.NOW', { zone: 'UTC' }, invalidType],
  ['TIME.SLEEP', { seconds: 0.01 }, returns(null)],
  ['TIME.SLEEP', { seconds: -1 }, invalidType],
  ['TIME.SLEEP', { seconds: 86_400.5 }, invalidType],
  ['TIME.SLEEP', { seconds: '1' }, invalidType],
  ['TIME.SLEEP', {}, invalidType],
]

describe('TIME', () => {
  testExamples(timeBlocks)
  testCases(timeBlocks, CASES)

  test('NOW is the time in UTC, to the millisecond', () => {
    const before = Date.now()
    const text = String(now.run({}, contextWith()))
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Date.parse(text)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(text)).toBeLessThanOrEqual(Date.now())
  })

  test('SLEEP waits as long as it is told', async () => {
    const start = performance.now()
    await sleep.run({ seconds: 0.05 }, contextWith())
    expect(performance.now() - start).toBeGreaterThanOrEqual(48)
  })

  test.each(['before', 'after'])('SLEEP ends with the reason when it is aborted %s it began', async (moment) => {
    const controller = new AbortController()
    const reason = new StepAborted('draining', 'the service is stopping')
    if (moment === 'before') controller.abort(reason)
    const slept = sleep.run({ seconds: 86_400 }, { ...contextWith(), signal: controller.signal })
    controller.abort(reason)
    await expect(slept).rejects.toBe(reason)
  })
})
