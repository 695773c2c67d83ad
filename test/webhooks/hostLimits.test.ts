import { expect, test } from 'vitest'
import { HostLimits } from '../../src/webhooks/hostLimits.ts'

test('a turn that comes free goes to the tenant with the fewest, of these to the one that waited longest', async () => {
  const limits = new HostLimits(2)
  const order: string[] = []
  const begin = (name: string, tenant: string) => limits.begin('h', tenant).then((may) => may && order.push(name))
  await Promise.all([begin('a1', 'a'), begin('a2', 'a')])
  const waiting = [begin('a3', 'a'), begin('b1', 'b')]
  void limits.begin('full', 'a')
  for (let i = 0; i < 3; i++) void limits.begin('full', 'a')
  expect(await limits.begin('full', 'a'), 'as many of it wait as may be under way').toBe(false)
  expect(await limits.begin('elsewhere', 'c')).toBe(true)
  limits.end('h', 'a')
  await waiting[1]
  expect(order).toEqual(['a1', 'a2', 'b1'])
  limits.end('h', 'a')
  await waiting[0]
  expect(order).toEqual(['a1', 'a2', 'b1', 'a3'])
})

test('at the close nobody waits any more', async () => {
  const limits = new HostLimits(1)
  expect(await limits.begin('h', 'a')).toBe(true)
  const waiting = limits.begin('h', 'a')
  limits.close()
  expect(await waiting).toBe(false)
})

test('a host has room for four times what is sent at once, and for none while as many wait', async () => {
  const limits = new HostLimits(2)
  expect(limits.room('h')).toBe(8)
  limits.take('h', 5)
  expect(limits.room('h')).toBe(3)
  await Promise.all([limits.begin('h', 'a'), limits.begin('h', 'a')])
  void limits.begin('h', 'a')
  void limits.begin('h', 'a')
  expect(limits.room('h')).toBe(0)
})
