import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

const folder = join(import.meta.dirname, '../../examples')
const example = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'))

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ settings: { BLOCKS: join(folder, 'blocks.ts'), WEBHOOK_ALLOW_PRIVATE: 'true' } })
})
afterAll(() => service[Symbol.asyncDispose]())

test('an order is added up', async () => {
  const { output } = await service.run(await example('order-total.json'))
  expect(output).toEqual({ total: 55, note: 'Free shipping for Ada' })
})

test('a clean-up runs after a failure, and what it guards does not', async () => {
  const job = await service.run(await example('guarded-cleanup.json'))
  expect([job.state, job.failed_step]).toEqual(['failed', 'work'])
  expect(job.output).toEqual({ log: ['start', 'cleanup'], failed: 'INVALID_ARGUMENT' })
})

test('what a server gives is fetched and transformed', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"people":[{"name":"Ada"},{"name":"Bob"}]}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/people.json`
  const job = await service.run({ ...(await example('fetch-and-transform.json')), local_values: { url } })
  server.close()
  expect([job.state, job.output]).toEqual(['succeeded', { count: 2, first: 'ADA' }])
})

test('the blocks of a module are registered, and get its globals', async () => {
  const steps = [
    { action: 'TEXT.SHOUT', id: 'shout', parameters: { text: 'hi', marks: 2 } },
    { action: 'PEOPLE.WELCOME', id: 'welcome', parameters: { name: 'Ada' } },
  ]
  const job = await service.run({ tags: ['PEOPLE'], steps, output: ['{: shout :}', '{: welcome.text :}'] })
  expect(job.output).toEqual(['HI!!', 'Welcome, Ada'])
})
