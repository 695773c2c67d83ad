import { expect, test } from 'vitest'
import { STATUS_VALUES } from '../../../src/engine/status.ts'
import { knewOfCancel, toldJobTimeout } from '../../../src/executor/run/oldForm.ts'
import type { JournalEntry } from '../../../src/store/journal/read.ts'
import { readEntries } from '../../../src/store/journal/entryText.ts'

const { UNHANDLED_EXCEPTION: FAILED, KILLED_MANUALLY: KILLED } = STATUS_VALUES
const BEFORE = 1000
const AFTER = 2000

/** A step as it is read; the version before wrote none of their paths. */
function read(path: string | null, status: number, finishedAt: number, type: string): JournalEntry {
  const text = JSON.stringify([['step', path, 1, 0, status, 0, finishedAt, { type, message: '' }]])
  const [entry] = readEntries(text, String)
  if (entry === undefined) throw new Error('there is one')
  return { ...entry, seq: 1 }
}

test('of the version before, a step that ended with TimeoutError when the job’s time was up says that it was', () => {
  expect(toldJobTimeout(read(null, FAILED, AFTER, 'TimeoutError'), AFTER)).toBe(true)
  expect(toldJobTimeout(read(null, FAILED, BEFORE, 'TimeoutError'), AFTER)).toBe(false)
  expect(toldJobTimeout(read(null, FAILED, AFTER, 'Error'), AFTER)).toBe(false)
})

test('in the journal it says nothing: a block may throw what it likes, as late as its job waited', () => {
  expect(toldJobTimeout(read('1', FAILED, AFTER, 'TimeoutError'), BEFORE)).toBe(false)
})

test('of the version before, a step that ended after the cancel, or by it, says that the run knew of it', () => {
  expect(knewOfCancel(BEFORE, [read(null, FAILED, AFTER, 'Error')])).toBe(true)
  expect(knewOfCancel(AFTER, [read(null, KILLED, BEFORE, 'StepAborted')])).toBe(true)
  expect(knewOfCancel(AFTER, [read(null, FAILED, BEFORE, 'Error')])).toBe(false)
})

test('in the journal neither does: a run that knew of the cancel left a mark', () => {
  const entries = [read('1', FAILED, AFTER, 'Error'), read('2', KILLED, AFTER, 'StepAborted')]
  expect(knewOfCancel(BEFORE, entries)).toBe(false)
})
