import { expect, test } from 'vitest'
import { goOnWith, recorded, STARTED_AT } from './resumed.ts'

const WAIT = { action: 'LOGIC.TRUE' }
const FORCED = { action: 'LOGIC.FALSE', forced: true }

test('a takeover knows the job’s time-out that is recorded: forced steps after it have their own time', () => {
  const timedOut = { kind: 'mark', path: '', at: STARTED_AT, mark: { kind: 'timed-out' } } as const
  const told = recorded(1, 'UNHANDLED_EXCEPTION', { type: 'TimeoutError', message: '' })
  expect(goOnWith([WAIT, WAIT, FORCED], { entries: [timedOut, told], ran: 3_700_000 })).toEqual(['SKIPPED', 'DONE'])
})

test('a job whose time was up before the takeover ends its next step with it', () => {
  const done = recorded(1, 'DONE', true)
  expect(goOnWith([WAIT, WAIT, FORCED], { entries: [done], ran: 3_600_000 })).toEqual([
    'UNHANDLED_EXCEPTION TimeoutError',
    'DONE',
  ])
})

test('a block’s own class named TimeoutError is no time-out of the job', () => {
  const own = recorded(1, 'UNHANDLED_EXCEPTION', { type: 'TimeoutError', message: '' })
  expect(goOnWith([WAIT, FORCED, FORCED], { entries: [own], ran: 3_600_000 })).toEqual([
    'UNHANDLED_EXCEPTION TimeoutError',
    'DONE',
  ])
})

test('the first step without a record is given up before its condition or its parameters are looked at', () => {
  const steps = [{ ...WAIT, if: false }, { action: 'TEXT.CREATE', parameters: {} }, FORCED]
  expect(goOnWith(steps, { givenUp: true })).toEqual(['UNHANDLED_EXCEPTION GivenUp', 'SKIPPED', 'DONE'])
})

test('after a takeover the first step without a record counts as the one that the cancel met', () => {
  expect(goOnWith([WAIT, WAIT, FORCED], { cancelled: { inHand: true } })).toEqual([
    'KILLED_MANUALLY StepAborted',
    'SKIPPED',
    'DONE',
  ])
  expect(goOnWith([WAIT, FORCED], { cancelled: { inHand: false } })).toEqual(['SKIPPED', 'DONE'])
  expect(goOnWith([WAIT, FORCED], { cancelled: { begun: false } })).toEqual(['SKIPPED', 'SKIPPED'])
})
