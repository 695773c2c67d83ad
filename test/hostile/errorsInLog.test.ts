import { expect, test } from 'vitest'
import { errorToLog } from '../../src/logging.ts'

test('of an error the log has what it is and says, its causes, and nothing that Postgres adds', () => {
  const row = { detail: 'Key (id)=(secret) already exists.', where: 'JSON data, line 1: {"a":"secret"', code: '23505' }
  const cause = Object.assign(new Error('duplicate key'), row)
  const told = errorToLog(new Error('the write failed', { cause }))
  expect(told).toMatchObject({ message: 'the write failed', cause: { message: 'duplicate key', code: '23505' } })
  expect(JSON.stringify(told)).not.toContain('secret')
})

test('an error that is none, or its own cause, is told of too', () => {
  const own = new Error('round')
  own.cause = own
  expect(errorToLog(own)).toMatchObject({ cause: { cause: { message: 'round' } } })
  expect(errorToLog('a text')).toEqual({ type: 'string' })
})
