import { connect, type Socket } from 'node:net'
import type { Tenant } from './tenant.ts'

/** Something that one tenant does to all others, until it is stopped. */
export type Attack = { readonly name: string; readonly begin: (tenant: Tenant, signal: AbortSignal) => Promise<void> }

const numbers = (count: number, item: (i: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, i) => item(i))
const times = (count: number, step: object): object[] => Array.from({ length: count }, () => step)

/** Sixteen jobs at a time, of three sorts of long texts that differ at their ends. */
const COMPUTES = {
  variables: { list: numbers(9, (i) => `${'x'.repeat(100_000)}${(i * 7) % 9}`) },
  steps: times(3, { action: 'LISTS.SORT', parameters: { list: '{# list #}' } }),
}

/** Hangs for 299 s. */
const HANGS = { steps: [{ action: 'HANG', parameters: {} }] }

/** Webhooks at names that nobody answers for. */
const UNKNOWN_NAMES = 30

/** As many as one job may have, of one host. */
const MANY_CALLBACKS = { steps: times(300, { action: 'LOGIC.TRUE' }) }

/** A job of 14 MB, for readers who don't read. */
const LARGE = {
  id: 'large',
  variables: { a: 'x'.repeat(1_000_000) },
  steps: times(14, { action: 'TEXT.CREATE', parameters: { value: '{# a #}' } }),
}

/** Calls again and again until it is stopped, so many at once; what comes of it does not matter. */
async function keepOn(atOnce: number, signal: AbortSignal, call: () => Promise<unknown>): Promise<void> {
  const one = async (): Promise<void> => {
    while (!signal.aborted) {
      const done = await call().catch(() => null)
      if (done === null) await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

const computes: Attack = {
  name: 'E1 computes',
  begin: (tenant, signal) => keepOn(16, signal, () => tenant.call('POST', '/v1/jobs', COMPUTES, { prefer: 'wait=10' })),
}

const asksForNames: Attack = {
  name: 'E2 names that nobody answers',
  begin: async (tenant, signal) => {
    for (let i = 0; i < UNKNOWN_NAMES; i++) {
      const url = `http://silent-${i}.neighbours.invalid/`
      await tenant.call('POST', '/v1/webhooks', { url, events: ['job.finished'] })
    }
    await keepOn(4, signal, () =>
      tenant.call('POST', '/v1/jobs', { steps: [{ action: 'LOGIC.TRUE' }] }, { prefer: 'wait=1' }),
    )
  },
}

const hangs: Attack = {
  name: 'E3 hangs',
  begin: (tenant, signal) => keepOn(1, signal, () => tenant.call('POST', '/v1/jobs', HANGS)),
}

const fillsTheQueue: Attack = {
  name: 'E4 fills the queue',
  begin: (tenant, signal) => keepOn(16, signal, () => tenant.call('POST', '/v1/jobs', HANGS)),
}

const doesNotRead: Attack = {
  name: 'E5 does not read',
  begin: async (tenant, signal) => {
    await tenant.call('POST', '/v1/jobs', LARGE, { prefer: 'wait=20' })
    const open = new Set<Socket>()
    const { hostname, port } = new URL(tenant.url)
    await keepOn(40, signal, async () => {
      const socket = connect(Number(port), hostname)
      open.add(socket)
      socket.on('error', () => undefined)
      socket.write(`GET /v1/jobs/large HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${tenant.key}\r\n\r\n`)
      socket.pause()
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve())
        signal.addEventListener('abort', () => socket.destroy(), { once: true })
      })
      open.delete(socket)
    })
  },
}

const callsBack: Attack = {
  name: 'D2 steps times webhooks',
  begin: async (tenant, signal) => {
    for (let i = 0; i < 30; i++) {
      await tenant.call('POST', '/v1/webhooks', {
        url: `${tenant.receiver}/many?${i}`,
        events: ['step.updated', 'job.finished'],
      })
    }
    await keepOn(2, signal, () => tenant.call('POST', '/v1/jobs', MANY_CALLBACKS, { prefer: 'wait=10' }))
  },
}

/** What a tenant was found to be able to do to the others. */
export const ATTACKS: readonly Attack[] = [computes, asksForNames, hangs, fillsTheQueue, doesNotRead, callsBack]
