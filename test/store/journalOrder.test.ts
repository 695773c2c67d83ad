import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { readJournal } from '../../src/store/journal/read.ts'
import { createTestDatabase } from '../support/database.ts'

/** A row of marks alone has no seq of its own: it begins with the one that the next row begins with. */
test('rows of a journal that begin with the same seq are read in the order in which they were written', async () => {
  await using empty = await createTestDatabase()
  const database = openDatabase({ connectionString: empty.url })
  await using _open = { [Symbol.asyncDispose]: () => database.close() }
  await database.pool.query(
    `insert into job (id, tenant, state, started_at, due_at, definition, nonce, journal_rows)
     values ('marks', 'default', 'running', now(), now(), '{}', '00000000-0000-0000-0000-000000000000', 12)`,
  )
  for (let number = 12; number > 0; number--) {
    const entries = JSON.stringify([['mark', '1', number, { kind: 'choice', branch: null }]])
    await database.pool.query(
      `insert into journal (job_id, tenant, number, first_seq, told, entries) values ('marks', 'default', $1, 1, 0, $2)`,
      [number, entries],
    )
  }
  const { entries, rows } = await readJournal(database, { tenant: 'default', id: 'marks' }, String)
  expect(entries.map((read) => (read.kind === 'mark' ? read.entry.at : null))).toEqual(
    [...Array(12).keys()].map((i) => i + 1),
  )
  expect(rows).toBe(12)
})
