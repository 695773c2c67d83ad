import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
test('x', async () => {
  const t = performance.now()
  const url = await (async () => { await using db = await createTestDatabase()
  console.log(performance.now()-t, db.url)
  const c = new pg.Client({connectionString: db.url}); await c.connect(); expect((await c.query('select count(*)::int n from job')).rows).toEqual([{n:0}]); c.on('error',()=>{}) ; return db.url})()
  await expect((async()=>{const c = new pg.Client({connectionString: url}); await c.connect()})()).rejects.toThrow('does not exist')
})
