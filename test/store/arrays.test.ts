import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { statement } from '../../src/store/statement.ts'
import { createTestDatabase } from '../support/database.ts'

const GIVE_BACK = statement({
  name: 'give-back',
  text: 'select $1::text[] as t, $2::int[] as i, $3::float8[] as f, $4::bool[] as b, $5::uuid[] as u, $6::bytea[] as raw',
})

type Row = { t: unknown; i: unknown; f: unknown; b: unknown; u: unknown; raw: unknown }

test('arrays arrive as they were sent: nulls, quotes, backslashes, every kind of text, the least and the greatest numbers', async () => {
  await using created = await createTestDatabase()
  const database = openDatabase({ connectionString: created.url, max: 1 })
  const sent: Row = {
    t: ['', null, 'null', '{"a":"b\\"c"}', "it's", 'ß 😀 \u2028', '\t\n', 'x'.repeat(100_000)],
    i: [0, null, -1, 2147483647, -2147483648],
    f: [0, null, 1764000000123, -0.1, 5e-324, 1.7976931348623157e308],
    b: [true, null, false],
    u: [randomUUID(), null],
    raw: [Buffer.from([0, 1, 255]), null],
  }
  expect(await database.query<Row>(GIVE_BACK, Object.values(sent))).toEqual([sent])
  expect(await database.query<Row>(GIVE_BACK, [[], [], [], [], [], []])).toEqual([
    { t: [], i: [], f: [], b: [], u: [], raw: [] },
  ])
  await database.close()
})

test('what is no value of the type fails before anything is sent', async () => {
  await using created = await createTestDatabase()
  const database = openDatabase({ connectionString: created.url, max: 1 })
  await expect(database.query(GIVE_BACK, [[], [2147483648], [], [], [], []])).rejects.toThrow(RangeError)
  await expect(database.query(GIVE_BACK, [[], [], [], [], ['not a UUID'], []])).rejects.toThrow(TypeError)
  await database.close()
})
