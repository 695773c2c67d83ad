import { Counter, Histogram, Registry } from '@prometheus-io/client'
import { expect, test } from 'vitest'
import { Spreads, Tally } from '../../src/metrics/tallies.ts'

const VALUES = [
  ['plain', 'GET'],
  ['"quoted"\\\n', 'POST'],
  ['plain', 'POST'],
] as const

test('a tally is told as the client tells a counter', async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const about = { name: 'answers_total', help: 'What was "answered".', labelNames: ['route', 'method'] }
  const tally = new Tally({ ...about, registers: [ours] })
  const counter = new Counter({ ...about, registers: [theirs] })
  expect(await ours.metrics()).toBe(await theirs.metrics())
  for (const [route, method] of [...VALUES, ...VALUES.slice(1)]) {
    tally.count([route, method])
    counter.inc({ route, method })
  }
  tally.count(['zero', 'GET'], 0)
  counter.inc({ route: 'zero', method: 'GET' }, 0)
  tally.count(['plain', 'GET'], 41)
  counter.inc({ route: 'plain', method: 'GET' }, 41)
  expect(await ours.metrics()).toBe(await theirs.metrics())
  expect(await ours.metrics()).toContain('answers_total{route="plain",method="GET"} 42')
  expect(await ours.getMetricsAsJSON()).toEqual(await theirs.getMetricsAsJSON())
})

test('spreads are told as the client tells a histogram', async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const about = { name: 'took_seconds', help: 'How long.', labelNames: ['route', 'method'], buckets: [0.005, 0.1, 1] }
  const spreads = new Spreads({ ...about, registers: [ours] })
  const histogram = new Histogram({ ...about, registers: [theirs] })
  expect(await ours.metrics()).toBe(await theirs.metrics())
  spreads.know(['zero', 'GET'])
  histogram.zero({ route: 'zero', method: 'GET' })
  for (const seconds of [0, 0.005, 0.0051, 0.3, 1, 1.5, 1000]) {
    for (const [route, method] of VALUES) {
      spreads.note([route, method], seconds)
      histogram.observe({ route, method }, seconds)
    }
  }
  expect(await ours.metrics()).toBe(await theirs.metrics())
  expect(await ours.metrics()).toContain('took_seconds_bucket{le="+Inf",route="plain",method="GET"} 7')
})
