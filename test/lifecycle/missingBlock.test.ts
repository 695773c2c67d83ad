import { expect, test } from 'vitest'
import { pino } from 'pino'
import { createConduit } from '../../src/compose/conduit.ts'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { startConduit } from '../support/conduit.ts'

const later = defineBlock({
  action: 'TEST.LATER',
  description: 'Comes with the next deploy.',
  parameters: Type.Object({}),
  returns: Type.Integer(),
  run: () => 7,
})

test('a replica without a job’s block puts it back as it was: queued, its time not begun; one with it runs the job', async () => {
  await using accepting = await startConduit({ blocks: [later], settings: { CONCURRENCY: '0' } })
  const job = { id: 'needs', steps: [{ action: 'TEST.LATER' }] }
  expect((await accepting.request('POST', '/v1/jobs', job)).body.state).toBe('queued')
  await accepting.client.jobs.submit({ id: 'lacks', steps: [{ action: 'NOT.YET' }] })

  const telemetry = new Telemetry()
  const released = new Promise<{ reason: string; id: string }>((resolve) => telemetry.once('jobReleased', resolve))
  const settings = { DATABASE_URL: accepting.databaseUrl, SHUTDOWN_SECONDS: '1' }
  const log = pino({ level: 'silent' })
  {
    await using _without = await createConduit({ settings, telemetry, log })
    expect(await released).toMatchObject({ id: 'needs', reason: 'missing-block' })
    const body = await accepting.client.jobs.get('needs')
    expect([body.state, body.started_at, body.steps?.[0]?.status.name]).toEqual(['queued', null, 'NONE'])
  }

  await using _with = await createConduit({ settings, blocks: [later], log })
  const body = await accepting.client.jobs.wait('needs')
  expect([body.state, body.steps?.[0]?.return_value]).toEqual(['succeeded', 7])
  const refused = await accepting.client.jobs.wait('lacks')
  expect(refused.steps?.[0]?.status.name).toBe('BLOCK_NOT_FOUND')
})
