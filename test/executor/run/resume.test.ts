import { expect, test } from 'vitest'
import { createConduitRun, outcome, STARTED_AT } from './resumed.ts'

const WAIT = { action: 'LOGIC.TRUE' }
const FORCED = { action: 'LOGIC.FALSE', forced: true }

test('a takeover knows the job’s time-out that is recorded: forced steps after it have their own time', () => {
  const told = outcome(1, 'UNHANDLED_EXCEPTION', { type: 'TimeoutError', message: '' }, STARTED_AT + 3_600_000)
  expect(createConduitRun([WAIT, WAIT, FORCED], { outcomes: [told] }, STARTED_AT + 3_700_000)).toEqual([
    'SKIPPED',
    'DONE',
  ])
})

test('a job whose time was up before the takeover ends its next step with it', () => {
  const done = outcome(1, 'DONE', true, STARTED_AT + 10)
  expect(createConduitRun([WAIT, WAIT, FORCED], { outcomes: [done] }, STARTED_AT + 3_600_000)).toEqual([
    'UNHANDLED_EXCEPTION TimeoutError',
    'DONE',
  ])
})

test('the first step without a record is given up before its condition or its parameters are looked at', () => {
  const steps = [{ ...WAIT, if: false }, { action: 'TEXT.CREATE', parameters: {} }, FORCED]
  expect(createConduitRun(steps, { givenUp: true })).toEqual(['UNHANDLED_EXCEPTION GivenUp', 'SKIPPED', 'DONE'])
})

test('after a takeover the first step without a record counts as the one that the cancel met', () => {
  expect(createConduitRun([WAIT, WAIT, FORCED], { cancelled: 'during-step' })).toEqual([
    'KILLED_MANUALLY StepAborted',
    'SKIPPED',
    'DONE',
  ])
  expect(createConduitRun([WAIT, FORCED], { cancelled: 'between-steps' })).toEqual(['SKIPPED', 'DONE'])
  expect(createConduitRun([WAIT, FORCED], { cancelled: 'before-start' })).toEqual(['SKIPPED', 'SKIPPED'])
})
