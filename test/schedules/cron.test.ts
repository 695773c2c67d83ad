import { describe, expect, it, vi } from 'vitest'
import { checkExpression, CronError, CronExpression } from '../../src/schedules/cron.ts'
import { firingsAfter, firingsBetween, lastFirings, type Timing } from '../../src/schedules/firings.ts'
import { isTimezone } from '../../src/schedules/timezone.ts'

const at = (text: string): number => Date.parse(text)
const firings = (expression: string, timezone: string, after: string, count: number): string[] =>
  new CronExpression(expression, timezone)
    .next(at(after), count)
    .map((moment) => new Date(moment).toISOString().slice(0, 16))

/** Written by hand from the clock changes of 2024: what comes after noon UTC of the day before. */
describe('on the day of a clock change', () => {
  it.each([
    [
      'a time that is left out runs at the jump',
      '30 2 * * *',
      'Europe/Paris',
      '2024-03-30',
      ['2024-03-31T01:00', '2024-04-01T00:30'],
    ],
    [
      'a time that comes twice runs the first time',
      '30 2 * * *',
      'Europe/Paris',
      '2024-10-26',
      ['2024-10-27T00:30', '2024-10-28T01:30'],
    ],
    [
      'several times of an hour that is left out run once',
      '*/15 2 * * *',
      'Europe/Paris',
      '2024-03-30',
      ['2024-03-31T01:00', '2024-04-01T00:00'],
    ],
    [
      'an hour that comes twice runs once',
      '*/30 2 * * *',
      'Europe/Paris',
      '2024-10-26',
      ['2024-10-27T00:00', '2024-10-27T00:30', '2024-10-28T01:00'],
    ],
    ['so in New York', '30 2 * * *', 'America/New_York', '2024-03-09', ['2024-03-10T07:00', '2024-03-11T06:30']],
    [
      'and when its clocks go back',
      '30 1 * * *',
      'America/New_York',
      '2024-11-02',
      ['2024-11-03T05:30', '2024-11-04T06:30'],
    ],
    [
      'so on Lord Howe, which moves by half an hour',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2024-10-05',
      ['2024-10-05T15:30', '2024-10-06T15:15'],
    ],
    [
      'and when its clocks go back half an hour',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2024-04-06',
      ['2024-04-06T14:45', '2024-04-07T15:15'],
    ],
    [
      'an hourly one leaves no hour out',
      '0 * * * *',
      'Europe/Paris',
      '2024-03-30T23:30',
      ['2024-03-31T00:00', '2024-03-31T01:00', '2024-03-31T02:00'],
    ],
    [
      'nor doubles one',
      '0 * * * *',
      'Europe/Paris',
      '2024-10-26T23:30',
      ['2024-10-27T00:00', '2024-10-27T01:00', '2024-10-27T02:00'],
    ],
  ])('%s', (_name, expression, timezone, day, expected) => {
    const after = day.length === 10 ? `${day}T12:00Z` : `${day}Z`
    expect(firings(expression, timezone, after, expected.length)).toEqual(expected)
  })
})

describe('an expression', () => {
  it.each([
    ['0 8 * * MON-FRI', '2024-01-05T12:00Z', '2024-01-08T08:00'],
    ['0 0 L * *', '2024-02-10T00:00Z', '2024-02-29T00:00'],
    ['0 0 15W * *', '2024-06-01T00:00Z', '2024-06-14T00:00'],
    ['0 0 * * FRI#2', '2024-01-01T00:00Z', '2024-01-12T00:00'],
    ['@daily', '2024-01-01T05:00Z', '2024-01-02T00:00'],
    ['30 0 0 1 JAN *', '2024-01-01T05:00Z', '2025-01-01T00:00'],
  ])('%s is read as people mean it', (expression, after, expected) => {
    expect(firings(expression, 'UTC', after, 1)).toEqual([expected])
  })

  it.each([
    ['', 'has 0 fields'],
    ['* * *', 'has 3 fields'],
    ['60 * * * *', '"60" for the minute'],
    ['0 0 1 1 MONDAY', '"MONDAY" for the day of the week'],
    ['@reboot', 'is no cron expression'],
    ['0 0 30 2 *', 'never fires'],
    ['* * * * * *', 'more often than each 10 seconds'],
    ['0,5 0 * * * *', 'more often than each 10 seconds'],
    ['0,55 * * * * *', 'more often than each 10 seconds'],
    ['3,58 59,0 * * * *', 'more often than each 10 seconds'],
  ])('%j is refused, and why is said', (expression, reason) => {
    expect(() => new CronExpression(expression, 'UTC')).toThrow(CronError)
    expect(() => new CronExpression(expression, 'UTC')).toThrow(reason)
  })

  it.each([
    // 02:59:55 is left out and runs at 03:00:00, 5 s behind 01:59:55.
    ['55 59 1,2 * * *', 'Europe/Paris', 'on 2024-03-31'],
    ['5 0 2,3 * * *', 'America/New_York', 'on 2024-03-10'],
    ['55 15,59 1,2 * * *', 'Australia/Lord_Howe', 'on 2024-10-05'],
    ['55 59 1,2 * * *', 'UTC', null],
    ['55 59 1 * * *', 'Europe/Paris', null],
    ['5 0 * * * *', 'Europe/Paris', null],
  ])('%j in %s is judged at the changes of its clocks too: refused %s', (expression, timezone, day) => {
    const check = (): void => checkExpression(expression, timezone, at('2024-01-01T00:00Z'))
    if (day === null) expect(check).not.toThrow()
    else expect(check).toThrow(`when the clocks change ${day}`)
  })

  it('may fire each 10 seconds, and close to a minute in which it does not fire', () => {
    expect(firings('*/10 * * * * *', 'UTC', '2024-01-01T00:00Z', 6).at(-1)).toBe('2024-01-01T00:01')
    expect(firings('0,55 30 * * * *', 'UTC', '2024-01-01T00:00Z', 1)).toEqual(['2024-01-01T00:30'])
  })
})

describe('a timing', () => {
  const every = (anchor: string, minutes: number): Timing => ({
    when: { kind: 'every', milliseconds: minutes * 60_000, anchor: at(anchor) },
    startAt: null,
    endAt: null,
  })

  it('of an interval counts from its anchor, which fires too', () => {
    const timing = every('2024-01-01T00:00Z', 15)
    expect(firingsAfter(timing, at('2023-12-31T00:00Z'), 2)).toEqual([at('2024-01-01T00:00Z'), at('2024-01-01T00:15Z')])
    expect(firingsAfter(timing, at('2024-01-01T00:15Z'), 1)).toEqual([at('2024-01-01T00:30Z')])
  })

  it('has no firing before its start and after its end', () => {
    const timing: Timing = {
      when: { kind: 'cron', expression: '0 0 * * *', timezone: 'UTC' },
      startAt: at('2024-01-03T00:00Z'),
      endAt: at('2024-01-04T00:00Z'),
    }
    expect(firingsAfter(timing, at('2024-01-01T12:00Z'), 5)).toEqual([at('2024-01-03T00:00Z'), at('2024-01-04T00:00Z')])
  })

  it('tells the firings of a span, and whether there are more', () => {
    const timing = every('2024-01-01T00:00Z', 60)
    const from = at('2024-01-01T00:00Z')
    expect(firingsBetween(timing, from, at('2024-01-01T03:00Z'), 3)).toEqual({
      due: [from, from + 3_600_000, from + 7_200_000],
      more: false,
    })
    expect(firingsBetween(timing, from, at('2024-01-01T04:00Z'), 3).more).toBe(true)
  })

  it('is asked for no more firings than a span has', () => {
    const timing: Timing = {
      when: { kind: 'cron', expression: '0 0 * * *', timezone: 'UTC' },
      startAt: null,
      endAt: null,
    }
    using next = vi.spyOn(CronExpression.prototype, 'next')
    expect(firingsBetween(timing, at('2024-01-01T00:00Z'), at('2024-01-01T00:00Z') + 1, 1000).due).toHaveLength(1)
    expect(next.mock.calls.reduce((sum, [, count]) => sum + count, 0)).toBe(2)
  })

  it.each<[string, Timing['when']]>([
    ['an interval', { kind: 'every', milliseconds: 10_000, anchor: at('2024-01-01T00:00Z') }],
    ['an expression', { kind: 'cron', expression: '*/10 * * * * *', timezone: 'UTC' }],
    ['a rare expression', { kind: 'cron', expression: '0 0 1 * *', timezone: 'Europe/Paris' }],
  ])('tells the last firings of a long outage: %s', (_name, when) => {
    const timing: Timing = { when, startAt: null, endAt: null }
    const [from, to] = [at('2024-01-01T00:00Z'), at('2024-12-31T00:00Z')]
    const last = lastFirings(timing, from, to, 3)
    expect(last).toHaveLength(3)
    expect(firingsAfter(timing, last[0] ?? 0, 2)).toEqual(last.slice(1))
    expect(firingsAfter(timing, last[2] ?? 0, 1)[0]).toBeGreaterThan(to)
  })
})

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Paris', 'US/Eastern', 'Australia/Lord_Howe'])('%s is one', (name) => {
    expect(isTimezone(name)).toBe(true)
  })

  it.each(['', '+02:00', 'Mars/Olympus', 'Paris'])('%j is none', (name) => {
    expect(isTimezone(name)).toBe(false)
  })
})
