import { expect, test } from 'vitest'
import { EndpointLimits } from '../../src/webhooks/endpointLimits.ts'

/** An endpoint that has taken messages, at a host. */
async function known(limits: EndpointLimits, endpoint: string, tenant: string, host: string): Promise<void> {
  for (let i = 0; i < 4; i++) {
    limits.enter(endpoint, tenant)
    const turn = await limits.begin(endpoint, tenant, host)
    turn?.end(true, 1)
    limits.leave(endpoint)
  }
}

test('of endpoints that share a host those come first whose tenant has the fewest messages in hand there', async () => {
  const limits = new EndpointLimits(16)
  for (let i = 0; i < 30; i++) await known(limits, `many-${i}`, 'many', 'host')
  await known(limits, 'one', 'one', 'host')
  const order = (): string[] => limits.room().shared.map(({ endpoint }) => endpoint)
  expect(order()).toHaveLength(31)
  for (let i = 0; i < 20; i++) limits.enter('many-7', 'many')
  expect(order()[0]).toBe('one')
  for (let i = 0; i < 21; i++) limits.enter('one', 'one')
  expect(order().at(-1)).toBe('one')
  // What is in hand elsewhere does not count.
  for (let i = 0; i < 21; i++) limits.enter('one', 'one')
  await known(limits, 'else', 'many', 'another')
  expect(order()[0]).toBe('many-0')
})
