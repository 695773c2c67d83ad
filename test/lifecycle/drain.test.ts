import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { startConduit } from '../support/conduit.ts'

test('while jobs drain, who waits is answered at once, and who comes is told 503, not nothing', async () => {
  const gate = Promise.withResolvers<null>()
  const wait = defineBlock({
    action: 'TEST.WAIT',
    description: 'Waits until the test says so.',
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: () => gate.promise,
  })
  const telemetry = new Telemetry()
  const begun = new Promise((resolve) => telemetry.once('stepBegins', resolve))
  await using service = await startConduit({
    blocks: [wait],
    telemetry,
    settings: { PORT: '0', SHUTDOWN_SECONDS: '30' },
  })
  const url = await service.conduit.listen()
  const body = JSON.stringify({ id: 'slow', steps: [{ action: 'TEST.WAIT' }, { action: 'LOGIC.TRUE' }] })
  const headers = { 'content-type': 'application/json', prefer: 'wait=60' }
  const waiting = fetch(`${url}/v1/jobs`, { method: 'POST', headers, body })
  await begun
  const polling = fetch(`${url}/v1/jobs/slow?wait=60`)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)

  const closing = service.conduit.close()
  const answers = await Promise.all([waiting, polling])
  expect(answers.map(({ status }) => status)).toEqual([202, 200])
  const ready = await fetch(`${url}/readyz`)
  const refused = await fetch(`${url}/v1/jobs`, { method: 'POST', headers, body })
  expect([ready.status, refused.status, refused.headers.get('retry-after')]).toEqual([503, 503, '5'])
  expect(await refused.json()).toMatchObject({ type: '/problems/unavailable', status: 503 })
  expect((await fetch(`${url}/livez`)).status).toBe(200)
  expect(await (await fetch(`${url}/v1/jobs/slow`)).json()).toMatchObject({ state: 'running', current_step: '1' })

  gate.resolve(null)
  await closing
  await expect(fetch(`${url}/livez`)).rejects.toThrow()
})
