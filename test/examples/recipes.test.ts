import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { blocks, type Shop, startShop } from './shop.ts'
import { runJob, type RunJobOptions } from '../../src/compose/runJob.ts'
import { type JsonObject } from '../../src/engine/values/json.ts'
import { done } from '../../examples/recipes/blocks.ts'
import type { JobWire } from '../../src/wire/job.ts'
import { readPage, ROOT } from '../docs/fences.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const FOLDER = join(ROOT, 'examples/recipes')
const names = (await readdir(FOLDER))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
const recipe = async (name: string) => JSON.parse(await readFile(join(FOLDER, `${name}.json`), 'utf8')) as JsonObject

let shop: Shop
let service: TestConduit
beforeAll(async () => {
  shop = await startShop()
  service = await startConduit({ blocks, settings: { WEBHOOK_ALLOW_PRIVATE: 'true' } })
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await shop[Symbol.asyncDispose]()
})
beforeEach(() => {
  done.length = 0
})

type Case = {
  readonly locals?: JsonObject
  readonly options?: RunJobOptions
  readonly state?: string
  readonly output?: unknown
  readonly done?: readonly string[]
}

/** What each recipe gives: as it stands, and in its other cases. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  'choose-by-amount': [
    { output: { by: 'team lead', days: 2 } },
    { locals: { amount: 99 }, output: { by: 'nobody', days: 0 } },
    { locals: { amount: 1000 }, output: { by: 'board', days: 14 } },
  ],
  'order-lines': [
    {
      output: {
        lines: [
          { sku: 'tea', total: 25 },
          { sku: 'cup', total: 30 },
        ],
        total: 55,
        shipping: 0,
      },
    },
    { locals: { lines: [] }, output: { lines: [], total: 0, shipping: 4.9 } },
  ],
  fallback: [{ output: { rate: 1.1, from: 'second', status: 'HANDLED' } }],
  'poll-until-done': [{ output: 'orders.csv' }],
  'fan-out-with-a-limit': [
    { output: { names: ['item 1', 'item 2', 'item 3', 'item 5', 'item 6', 'item 7'], failed: ['HttpStatus404'] } },
  ],
  pagination: [{ output: [1, 2, 3, 4, 5] }],
  saga: [
    {
      state: 'failed',
      done: [
        'charged 4200',
        'reserved 1 tea',
        'released hold-tea',
        'refunded charge-4200',
        'mail to sales: the order was taken back: there is no unicorn left',
      ],
    },
    { locals: { second: 'cup' }, output: 'booked', done: ['charged 4200', 'reserved 1 tea', 'reserved 1 cup'] },
  ],
  'first-answer-wins': [{ output: { branch: 'fast', value: 1.1 } }],
  'approval-with-escalation': [
    {
      options: { answers: { approval: { approved: true } } },
      output: { approved: true, refund: 'DONE' },
      done: ['refunded order-77'],
    },
    {
      options: { answers: { 'approval/catch/lead': { approved: false } } },
      output: { approved: false, refund: 'IF_CONDITION_FAILED' },
      done: ['mail to team lead: nobody answered for order 77'],
    },
  ],
  'guarded-clean-up': [
    {
      state: 'failed',
      output: { failed: 'UNHANDLED_EXCEPTION', cleaned: 'DONE' },
      done: ['reserved 1 tea', 'released hold-tea'],
    },
  ],
  'report-on-a-list': [
    { output: { best: 'north', report: 'region,orders,total\r\nnorth,2,150\r\nsouth,1,80.5\r\nwest,1,7\r\n' } },
  ],
  'webhook-in': [
    {
      options: { signals: { paid: [{ cents: 4200 }] } },
      output: { shipped: true, cents: 4200 },
      done: ['mail to warehouse: ship order 77'],
    },
    { options: { signals: { paid: [{ cents: 1 }] } }, state: 'failed', done: [] },
  ],
  'webhook-out': [{ output: 204 }],
  'several-events': [
    { options: { signals: { papers: [{ number: 'P-1' }], goods: [{ gate: 4 }] } }, output: { at: 4, paper: 'P-1' } },
  ],
  reminders: [
    { output: 'sent to collection', done: ['mail to customer: reminder 1', 'mail to customer: reminder 2'] },
    { options: { signals: { paid: [{}] } }, output: 'paid', done: [] },
  ],
  batches: [{ output: [3, 3, 1], done: ['mail to a, b, c: news', 'mail to d, e, f: news', 'mail to g: news'] }],
  'all-mistakes-at-once': [{ output: { good: [{ name: 'Ada', age: 36 }], wrong: ['ExpressionError', 'NoName'] } }],
  'enrich-and-merge': [{ output: { name: 'item 1', rate: 1.1 } }],
  'compare-two-lists': [
    {
      output: {
        gone: [{ id: '1', change: 'gone' }],
        changed: [{ id: '2', change: 'changed' }],
        new: [{ id: '3', change: 'new' }],
      },
    },
  ],
  heating: [{ output: { target: 20, heat: true } }, { locals: { home: false }, output: { target: 15, heat: false } }],
  'nightly-clean-up': [{ output: ['old', 'lost'] }],
  'a-job-for-each-order': [{ output: { held: ['hold-tea', 'hold-cup'], failed: ['JobFailed'] } }],
}

test('every recipe is tried', () => {
  expect(Object.keys(CASES).sort()).toEqual(names.sort())
})

const all = Object.entries(CASES).flatMap(([name, cases]) => cases.map((one, i) => ({ name, number: i + 1, ...one })))

test.each(all)('$name, case $number, ends as it should', async (one) => {
  const definition = hurried(await definitionOf(one))
  expectEnd(await runJob(definition, { blocks, allowPrivate: true, ...one.options }), one)
})

test.each(all)('$name, case $number, ends so over HTTP', async (one) => {
  const definition = await definitionOf(one)
  const { signals = {}, answers = {} } = one.options ?? {}
  // Who is to answer or to send in time is given it; who waits in vain need not wait for days.
  const isInTime = Object.keys(signals).length > 0 || Object.keys(answers).some((path) => !path.includes('/catch/'))
  const posted = { ...(isInTime ? definition : hurried(definition)), delay: '1h' }
  const { body } = await service.request('POST', '/v1/jobs', posted)
  // Signals are there before it begins, as they are in memory.
  for (const [name, bodies] of Object.entries(signals)) {
    for (const sent of bodies)
      await service.request('POST', `/v1/jobs/${body.id}/signals/${name}`, JSON.stringify(sent))
  }
  await service.request('PATCH', `/v1/jobs/${body.id}`, { run_at: null })
  const ends = service.request('GET', `/v1/jobs/${body.id}?wait=60`)
  for (const [path, value] of Object.entries(answers)) await answer(body.id, path, value)
  expectEnd((await ends).body, one)
})

async function definitionOf({ name, locals }: { name: string; locals?: JsonObject | undefined }): Promise<JsonObject> {
  const definition = await recipe(name)
  const given = (definition['local_values'] ?? {}) as JsonObject
  return { ...definition, local_values: { ...given, ...('base' in given ? { base: shop.url } : {}), ...locals } }
}

function expectEnd(job: JobWire, { state, output, ...expected }: Case): void {
  expect([job.state, job.error]).toEqual([state ?? 'succeeded', state === undefined ? null : expect.anything()])
  if (output !== undefined) expect(job.output).toEqual(output)
  if (expected.done !== undefined) expect(done).toEqual(expected.done)
}

/** Answers what a step of a job asks, once it does. */
async function answer(job: string, path: string, value: unknown): Promise<void> {
  const asked = await vi.waitUntil(
    async () => {
      const { data } = (await service.request('GET', `/v1/questions?job_id=${job}`)).body
      return (data as { id: string; step: string }[]).find(({ step }) => step === path)
    },
    { timeout: PATIENCE_MS },
  )
  expect((await service.request('POST', `/v1/questions/${asked.id}/answer`, { value })).status).toBe(200)
}

test('the webhook that goes out can be checked by who shares the key', async () => {
  const signed = expect.stringMatching(/^sha256=[0-9a-f]{64}$/)
  expect(shop.hooks).toEqual([signed, signed])
})

test('docs/recipes.md has a section and the number of steps of each', async () => {
  const page = await readPage('docs/recipes.md')
  for (const name of names) {
    const steps = countSteps(await recipe(name))
    expect(page).toContain(`../examples/recipes/${name}.json`)
    expect(page).toMatch(new RegExp(`\\| \\[${name}\\]\\(#${name}\\)[^|]*\\|[^|]*\\| +${steps} +\\|`))
  }
})

/** Days pass in hundredths of a second, and pauses in a thousandth of their time. */
function hurried(definition: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(definition)
      .replaceAll(/"(\d+)d"/g, (_, days: string) => `"${Number(days) * 10}ms"`)
      .replaceAll(/"(every|delay|for)":"(\d+)(s|m)"/g, (_, key: string, n: string, unit: string) => {
        return `"${key}":"${unit === 's' ? n : Number(n) * 60}ms"`
      }),
  ) as JsonObject
}

/** Written steps, wherever they stand. */
function countSteps(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + countSteps(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  const own = 'action' in value ? 1 : 0
  return Object.entries(value)
    .filter(([key]) => key !== 'parameters')
    .reduce((sum, [, one]) => sum + countSteps(one), own)
}
