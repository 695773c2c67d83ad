import { expect, test } from 'vitest'
import { pino } from 'pino'
import { errorToLog, FIELDS } from '../../src/logging.ts'

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

test('a line that a block writes keeps its fields, but for tokens and what stands in authorization', () => {
  const lines: string[] = []
  const log = pino({ serializers: FIELDS }, { write: (line) => void lines.push(line) })
  const headers = { authorization: 'Bearer secret', accept: 'text/plain' }
  log.info({ job: 'a', token: 'secret', headers, req: { method: 'GET', headers } }, 'asked')
  const kept = { accept: 'text/plain' }
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ job: 'a', headers: kept, req: { method: 'GET', headers: kept } })
  expect(lines[0]).not.toContain('secret')
  expect(headers.authorization).toBe('Bearer secret')
})
