import { once } from 'node:events'
import { createServer, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { isBlock } from '../../src/engine/block.ts'
import { runJob } from '../../src/compose/runJob.ts'
import { createTestDatabase } from '../support/database.ts'
import { startConduit } from '../support/conduit.ts'
import { addWebhook, attempts, LOCAL, SECRET } from '../webhooks/delivery.ts'
import { runPrograms } from './programs.ts'

test('docs/writing-blocks.md: every block is registered, and gives what its examples say', async () => {
  const modules = await runPrograms('docs/writing-blocks.md')
  const blocks = modules.flatMap((module) => Object.values(module)).filter(isBlock)
  expect(blocks.map(({ action }) => action)).toEqual(['TEXT.SHOUT', 'PAYMENT.CHARGE'])
  for (const { action, examples = [] } of blocks) {
    for (const { parameters, returns } of examples) {
      const job = await runJob({ steps: [{ action, parameters }], output: '{: 1 :}' }, { blocks })
      expect(job.output).toEqual(returns)
    }
  }
  expect(modules[2]?.['job']).toMatchObject({ state: 'succeeded', output: 42 })
})

test('docs/writing-blocks.md: the block with effects passes its idempotency key on', async () => {
  const [, { charge, globals } = {}] = await runPrograms('docs/writing-blocks.md')
  if (!isBlock(charge) || typeof globals !== 'function') throw new Error('the page has another order')
  const received: unknown[] = []
  const server = createServer(async (request, response) => {
    received.push([request.headers['idempotency-key'], await json(request)])
    response.setHeader('content-type', 'application/json').end('{"receipt":"r-1"}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const paymentUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const steps = [{ action: 'PAYMENT.CHARGE', parameters: { account: 'a', cents: 5 } }]
  const options = { blocks: [charge], globals: { ...((await globals()) as object), paymentUrl } }
  const job = await runJob({ tags: ['PAYMENT'], steps, output: '{: 1.receipt :}' }, options)
  server.close()
  expect(job.output).toBe('r-1')
  expect(received).toEqual([[expect.stringMatching(/^[\w-]{40,}$/), { account: 'a', cents: 5 }]])
})

test('docs/embedding.md: the service and runJob do what the page says, and the hooks are called', async () => {
  await using database = await createTestDatabase()
  vi.stubEnv('DATABASE_URL', database.url)
  const info = vi.spyOn(console, 'info').mockImplementation(() => undefined)
  const [service, jobs, memory] = await runPrograms('docs/embedding.md')
  vi.unstubAllEnvs()
  expect(service?.['job']).toMatchObject({ state: 'succeeded', output: 'Welcome, Ada' })
  expect(service?.['told']).toEqual(['first: greet is DONE', 'first: succeeded, no step failed'])
  expect(jobs).toMatchObject({ done: { output: 42 }, types: ['step.updated', 'job.finished'], missing: 'not-found' })
  expect(memory?.['job']).toMatchObject({ state: 'succeeded', output: 42 })
  expect(memory?.['errors']).toMatchObject([{ pointer: '/steps/0/action' }])
  expect(info.mock.calls).toEqual([['sum', 'DONE']])
})

test('docs/events.md: the receiver takes what is signed, and nothing else', async () => {
  vi.stubEnv('WEBHOOK_SECRET', SECRET)
  vi.stubEnv('PORT', '0')
  const [{ server, seen } = {}] = await runPrograms('docs/events.md')
  vi.unstubAllEnvs()
  if (!(server instanceof Server) || !(seen instanceof Map)) throw new Error('the page has another receiver')
  if (!server.listening) await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await using service = await startConduit({ settings: LOCAL })
  await addWebhook(service, url)
  const made = attempts(service.conduit.telemetry, 2)
  await service.run({ id: 'told', steps: [{ action: 'LOGIC.TRUE' }] })
  expect((await made).map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered'])
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(400)
  server.close()
  const told = [...seen.values()].sort((a, b) => a.data.seq - b.data.seq)
  expect(told.map(({ type, data }) => [type, data.job.id])).toEqual([
    ['step.updated', 'told'],
    ['job.finished', 'told'],
  ])
})
