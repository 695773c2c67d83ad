import { expect, test } from 'vitest'
import { speaksOfOutage } from '../../src/store/postgres/failures.ts'

test.each<[code: string | undefined, what: string]>([
  ['28P01', 'a password that was changed'],
  ['28000', 'a role that may not log in'],
  ['3D000', 'a database that was renamed'],
  ['42501', 'a right that was taken away'],
  ['42P01', 'a table that a restore dropped first'],
  ['3F000', 'a schema that it did'],
  ['53100', 'a full disk'],
  ['53200', 'no memory'],
  ['53300', 'no connection to spare'],
  ['55P03', 'a lock'],
  ['55006', 'an object in use'],
  ['57014', 'a time-out'],
  ['57P01', 'a shutdown'],
  ['58030', 'a disk that fails'],
  ['XX001', 'a page that is damaged'],
  ['42P05', 'a session that a pooler mixed up'],
  ['26000', 'another'],
  ['0A000', 'a plan that is older than its table'],
  ['25006', 'a standby'],
  ['40001', 'a rollback for others’ sake'],
  ['08006', 'a connection that broke'],
  [undefined, 'what Postgres did not say'],
])('%s, %s, will pass', (code, _what) => {
  expect(speaksOfOutage(code)).toBe(true)
})

test.each(['22P02', '23505', '42601', '42703', '54000', 'P0001'])('%s is the statement’s own fault', (code) => {
  expect(speaksOfOutage(code)).toBe(false)
})
