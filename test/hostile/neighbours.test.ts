import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startUnderFire } from './process.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const numbers = (count: number, item: (i: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, i) => item(i))
const times = (count: number, step: object): object[] => Array.from({ length: count }, () => step)

/** Jobs that do nothing but compute, for as long as they can. */
const HEAVY: readonly (readonly [name: string, job: object])[] = [
  [
    'sorts long lists three times',
    {
      variables: { list: numbers(30, (i) => [...numbers(15_000, () => 1), (i * 7919) % 30]) },
      steps: times(3, { action: 'LISTS.SORT', parameters: { list: '{# list #}' } }),
    },
  ],
  [
    'goes round and round',
    {
      local_values: { items: numbers(9000, (i) => i) },
      steps: [{ action: 'FLOW.EACH', parameters: { items: '{< items >}' }, steps: [{ action: 'LOGIC.TRUE' }] }],
    },
  ],
  [
    'parses a large text again and again',
    {
      local_values: { text: JSON.stringify(numbers(60_000, () => [1])) },
      steps: times(6, { action: 'JSON.PARSE', parameters: { text: '{< text >}' } }),
    },
  ],
  [
    'compares large lists',
    {
      local_values: { list: numbers(100_000, (i) => i) },
      steps: times(60, {
        action: 'LOGIC.IF',
        parameters: { value1: '{< list >}', operator: '=', value2: '{< list >}' },
      }),
    },
  ],
]

/** Each lets the others in every few milliseconds; before, each did so for itself, and all held the loop one after another. */
const LONGEST_MS = 5000

test.each(HEAVY)(
  'a tenant whose sixteen jobs compute (%s) takes nobody’s turn',
  { timeout: 5 * PATIENCE_MS },
  async (_, job) => {
    await using database = await createTestDatabase()
    await using service = await startUnderFire({ DATABASE_URL: database.url, LEASE_SECONDS: '3' })
    const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
      const answer = await fetch(new URL(path, service.url), init)
      expect([path, answer.status]).toEqual([path, expect.toSatisfy((status: number) => status < 300)])
      return answer
    }
    const post = async (definition: object): Promise<{ id: string }> => {
      const headers = { 'content-type': 'application/json' }
      return (await (await ask('/v1/jobs', { method: 'POST', headers, body: JSON.stringify(definition) })).json()) as {
        id: string
      }
    }
    const posted = Promise.all(times(16, job).map(post))
    let over = false
    const ended = posted
      .then((jobs) =>
        Promise.all(
          jobs.map(async ({ id }) => {
            for (let at = null; at === null; ) {
              const read = (await (await ask(`/v1/jobs/${id}?steps=false&wait=60`)).json()) as { finished_at: null }
              at = read.finished_at
            }
          }),
        ),
      )
      .finally(() => {
        over = true
      })
    let longest = 0
    while (!over) {
      const began = performance.now()
      await ask('/livez')
      longest = Math.max(longest, performance.now() - began)
      await sleep(20)
    }
    await ended
    expect(longest).toBeLessThan(LONGEST_MS)
    const metrics = await (await ask('/metrics')).text()
    expect(metrics).toMatch(/^conduit_takeovers_total 0$/m)
    expect(metrics).toMatch(/^conduit_leases_lost_total 0$/m)
    expect(service.log()).not.toMatch(/does not answer/)
  },
)
