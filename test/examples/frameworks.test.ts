import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp as createFastify } from '../../examples/fastify/app.ts'
import { POST } from '../../examples/next/app/refunds/[order]/route.ts'
import { refund } from '../../examples/refund.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

// Programs in other frameworks hold the service: Express and Fastify listen, and Next's route handler is called as Next does.

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
  await service.conduit.definitions.put('refund', refund)
})
afterAll(() => service[Symbol.asyncDispose]())

type Post = (order: string, body: object) => Promise<Response>
type Opened = AsyncDisposable & { readonly post: Post }

const posting = (url: string): Post => {
  return (order, body) =>
    fetch(`${url}/refunds/${order}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
}

async function openExpress(): Promise<Opened> {
  // Written in JavaScript, as most of its users write.
  const { createApp } = (await import(`${'../../examples/express/app.js'}`)) as {
    createApp: (conduit: TestConduit['conduit']) => { listen(port: number, host: string): import('node:http').Server }
  }
  const server = createApp(service.conduit).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.close()
    server.closeAllConnections()
  }
  return { post: posting(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), [Symbol.asyncDispose]: close }
}

async function openFastify(): Promise<Opened> {
  const app = createFastify(service.conduit)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { post: posting(url), [Symbol.asyncDispose]: () => app.close() }
}

async function openNext(): Promise<Opened> {
  const held = globalThis as { conduit?: Promise<TestConduit['conduit']> }
  held.conduit = Promise.resolve(service.conduit)
  const post: Post = (order, body) => {
    const request = new Request(`http://localhost/refunds/${order}`, { method: 'POST', body: JSON.stringify(body) })
    return POST(request, { params: Promise.resolve({ order }) })
  }
  return {
    post,
    [Symbol.asyncDispose]: async () => {
      delete held.conduit
    },
  }
}

describe.each([
  ['Express', openExpress],
  ['Fastify', openFastify],
  ['Next', openNext],
])('a program in %s', (name, open) => {
  test('runs a job for a request, once, and tells what does not fit', async () => {
    await using program = await open()
    const order = `${name}-7`
    const first = await program.post(order, { amount: 20 })
    const body = await first.json()
    expect([first.status, body]).toEqual([
      200,
      { id: expect.any(String), state: 'succeeded', output: `refunded 20 of ${order}` },
    ])
    expect(await (await program.post(order, { amount: 20 })).json()).toEqual(body)
    const refused = await program.post(`${name}-8`, { amount: -1 })
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { errors: [{ pointer: '/local_values/amount' }] },
    ])
  })
})
