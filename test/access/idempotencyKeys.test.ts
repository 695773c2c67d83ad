import { expect, test } from 'vitest'
import { asks, putKey, startKeyed } from './keyring.ts'

/** What takes an `Idempotency-Key`, by the two tables that keep it. */
const MAKES = [
  ['jobs', '/v1/jobs', (name: string) => ({ name, steps: [] })],
  ['webhooks', '/v1/webhooks', (name: string) => ({ url: `https://example.com/${name}`, events: ['job.finished'] })],
] as const

test.each(MAKES)(
  "an Idempotency-Key of %s is its tenant's own: another tenant uses the same for something else",
  async (_, path, body) => {
    await using keyed = await startKeyed()
    const [service] = keyed.replicas
    if (service === undefined) throw new Error('there is one replica')
    const post = async (tenant: string, name: string): Promise<[number, string, unknown]> => {
      const { text } = await putKey(keyed.database, { tenant })
      const ask = asks(service, text, { 'idempotency-key': 'of-both' })
      const reply = await ask('POST', path, body(name))
      return [reply.status, reply.body.id, reply.headers['idempotency-replayed']]
    }
    const first = await post('a', 'one')
    expect(first[0]).toBeLessThan(300)
    const second = await post('b', 'two')
    expect([second[0], second[2]]).toEqual([first[0], undefined])
    expect(second[1]).not.toBe(first[1])
    expect(await post('a', 'one')).toEqual([first[0], first[1], 'true'])
    expect(await post('b', 'two')).toEqual([second[0], second[1], 'true'])
  },
)
