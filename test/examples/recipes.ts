import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunJobOptions } from '../../src/compose/runJob.ts'
import type { JsonObject } from '../../src/engine/values/json.ts'
import { ROOT } from '../docs/fences.ts'

/** The definitions of a folder by their names. */
async function readDefinitions(folder: string): Promise<ReadonlyMap<string, JsonObject>> {
  const files = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.json'))
  const read = async (file: string): Promise<[string, JsonObject]> => {
    return [file.slice(0, -'.json'.length), JSON.parse(await readFile(join(ROOT, folder, file), 'utf8')) as JsonObject]
  }
  return new Map(await Promise.all(files.map(read)))
}

/** The recipes by their names. */
export const RECIPES = await readDefinitions('examples/recipes')

/** What a recipe took before: the same as a flat list of steps. */
export const BEFORE = await readDefinitions('test/examples/before')

export type Case = {
  readonly locals?: JsonObject
  readonly options?: RunJobOptions
  readonly state?: string
  readonly output?: unknown
  readonly done?: readonly string[]
}

/** What each recipe gives: as it stands, and in its other cases. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
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

export type Trial = Case & { readonly name: string; readonly number: number }

/** Every case of every recipe. */
export const TRIALS: readonly Trial[] = Object.entries(CASES).flatMap(([name, cases]) =>
  cases.map((one, i) => ({ name, number: i + 1, ...one })),
)

/** A definition with the values of a case, which calls the shop at `url`. */
export function withLocals(definition: JsonObject, { locals }: Case, url: string): JsonObject {
  const given = (definition['local_values'] ?? {}) as JsonObject
  return { ...definition, local_values: { ...given, ...('base' in given ? { base: url } : {}), ...locals } }
}

/** Days pass in hundredths of a second, and pauses in a thousandth of their time. */
export function hurried(definition: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(definition)
      .replaceAll(/"(\d+)d"/g, (_, days: string) => `"${Number(days) * 10}ms"`)
      .replaceAll(/"seconds":(\d+)/g, (_, seconds: string) => `"seconds":${Number(seconds) / 1000}`)
      .replaceAll(/"(every|delay|for)":"(\d+)(s|m)"/g, (_, key: string, n: string, unit: string) => {
        return `"${key}":"${unit === 's' ? n : Number(n) * 60}ms"`
      }),
  ) as JsonObject
}

/** Written steps, wherever they stand, in the definition of a child job too. */
export function countSteps(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + countSteps(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  const own = 'action' in value ? 1 : 0
  return Object.entries(value)
    .map(([key, one]) => countSteps(key === 'parameters' ? (one as JsonObject)['job'] : one))
    .reduce((sum, one) => sum + one, own)
}
