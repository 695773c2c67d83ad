import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../../src/engine/block.ts'
import { type Asker, asks, startKeyed } from '../../access/keyring.ts'

/** Blocks that hang until all are let go, and one that does not; tells when so many hang. */
function hanging(count: number) {
  const end = Promise.withResolvers<null>()
  const full = Promise.withResolvers<void>()
  let now = 0
  let most = 0
  const hang = async (): Promise<null> => {
    most = Math.max(most, ++now)
    if (now === count) full.resolve()
    await end.promise
    now--
    return null
  }
  const block = (action: string, run: () => Promise<null>) =>
    defineBlock({ action, description: 'For slots.', parameters: Type.Object({}), returns: Type.Null(), run })
  return {
    blocks: [block('TEST.HANG', hang), block('TEST.QUICK', async () => null)],
    full: full.promise,
    most: () => most,
    letGo: () => end.resolve(null),
  }
}

const HANG = { steps: [{ action: 'TEST.HANG' }] }

/** One tenant that waits for nothing, and one that waits for the ends of its jobs. */
async function tenantsOf(service: Awaited<ReturnType<typeof startKeyed>>) {
  const operator = await service.key()
  const [replica] = service.replicas
  if (replica === undefined) throw new Error('there is no replica')
  const keyOf = async (tenant: string, prefer: string): Promise<Asker> => {
    const made = await operator('POST', '/v1/keys', { tenant, name: tenant, scopes: ['jobs:read', 'jobs:write'] })
    return asks(replica, made.body.secret, { prefer })
  }
  return { greedy: await keyOf('greedy', 'wait=0'), modest: await keyOf('modest', 'wait=60') }
}

test.each([
  ['2', 1],
  ['8', 7],
  ['16', 14],
])(
  'of %s slots one tenant has %i at most, where others have keys: their jobs run beside what hangs',
  async (slots, share) => {
    const { blocks, full, most, letGo } = hanging(share)
    await using service = await startKeyed({ blocks, settings: { CONCURRENCY: slots } })
    const { greedy, modest } = await tenantsOf(service)
    const posted = await Promise.all(Array.from({ length: 2 * Number(slots) }, () => greedy('POST', '/v1/jobs', HANG)))
    await full
    const quick = await modest('POST', '/v1/jobs', { steps: [{ action: 'TEST.QUICK' }] })
    expect(quick.body.state).toBe('succeeded')
    expect(most()).toBe(share)
    letGo()
    const ends = posted.map(({ body }) => greedy('GET', `/v1/jobs/${body.id}?wait=60`))
    expect((await Promise.all(ends)).map(({ body }) => body.state)).toEqual(posted.map(() => 'succeeded'))
  },
)

test('where no other tenant has a key, one has all slots', async () => {
  const { blocks, full, letGo } = hanging(8)
  await using service = await startKeyed({ blocks, settings: { CONCURRENCY: '8' } })
  const only = await service.key()
  for (let i = 0; i < 8; i++) await only('POST', '/v1/jobs', { steps: [{ action: 'TEST.HANG' }] })
  await full
  letGo()
})

test.each([
  ['its share of the slots', 14, null],
  ['its bound on what runs at once', 2, 2],
])(
  'jobs that one tenant piles up beyond %s are no queue to another: its jobs begin when they come',
  async (_, most, bound) => {
    const { blocks, full, letGo } = hanging(most)
    await using service = await startKeyed({ blocks, settings: { CONCURRENCY: '16' } })
    const { greedy, modest } = await tenantsOf(service)
    await (await service.key())('PUT', '/v1/tenants/greedy/limits', { jobs_running: bound })
    const begunAtOnce = async (): Promise<boolean> => {
      const { body } = await modest('POST', '/v1/jobs', { steps: [{ action: 'TEST.QUICK' }] })
      expect(body.state).toBe('succeeded')
      return body.started_at === body.created_at
    }
    await Promise.all(Array.from({ length: 15 }, () => greedy('POST', '/v1/jobs', HANG)))
    await full
    while (!(await begunAtOnce()));
    let piling = true
    const pile = async (): Promise<void> => {
      while (piling) expect((await greedy('POST', '/v1/jobs', HANG)).body.state).toBe('queued')
    }
    const piles = [pile(), pile(), pile()]
    for (let i = 0; i < 40; i++) expect(await begunAtOnce()).toBe(true)
    piling = false
    await Promise.all(piles)
    letGo()
  },
)
