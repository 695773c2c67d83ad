import { expect, test } from 'vitest'
import { createConduit } from '../../src/compose/conduit.ts'
import { createLog } from '../../src/logging.ts'
import { Telemetry, type TelemetryEvents } from '../../src/telemetry.ts'
import { createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'

const NEVER = ['jobAccepted', 'stepFinished', 'groupCommitted', 'requestAnswered', 'statementFailed', 'databaseFailed']

test('a service that has gone the way of a job before it listens has stored and told nothing', async () => {
  await using database = await createTestDatabase()
  const telemetry = new Telemetry()
  const told: string[] = []
  for (const event of NEVER) telemetry.on(event as keyof TelemetryEvents, () => told.push(event))
  const settings = { DATABASE_URL: database.url, PORT: '0' }
  await using conduit = await createConduit({ settings, telemetry, log: createLog('silent') })
  const address = await conduit.listen()
  expect(told).toEqual([])
  const changed = `do $$ begin if exists (select from job) or exists (select from journal) then raise 'something was stored'; end if; end $$`
  await administer(database.url, changed)
  const steps = [{ action: 'TEXT.CREATE', parameters: { value: 'a' } }]
  const answer = await fetch(`${address}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ steps }),
  })
  expect(answer.status).toBe(202)
  expect(told).toContain('jobAccepted')
})
