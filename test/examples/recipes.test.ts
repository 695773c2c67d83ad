import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { blocks, type Shop, startShop } from './shop.ts'
import { type Case, CASES, countSteps, hurried, RECIPES, type Trial, TRIALS, withLocals } from './recipes.ts'
import type { JsonObject } from '../../src/engine/values/json.ts'
import { runJob } from '../../src/compose/runJob.ts'
import { done } from '../../examples/recipes/blocks.ts'
import type { JobWire } from '../../src/wire/job.ts'
import { readPage } from '../docs/fences.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

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

test('every recipe is tried', () => {
  expect(Object.keys(CASES).sort()).toEqual([...RECIPES.keys()].sort())
})

test.each(TRIALS)('$name, case $number, ends as it should', async (one) => {
  const definition = hurried(definitionOf(one))
  expectEnd(await runJob(definition, { blocks, allowPrivate: true, ...one.options }), one)
})

test.each(TRIALS)('$name, case $number, ends so over HTTP', async (one) => {
  const definition = definitionOf(one)
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

function definitionOf(trial: Trial): JsonObject {
  return withLocals(RECIPES.get(trial.name) ?? {}, trial, shop.url)
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
  for (const [name, recipe] of RECIPES) {
    expect(page).toContain(`../examples/recipes/${name}.json`)
    expect(page).toMatch(new RegExp(`\\| \\[${name}\\]\\(#${name}\\)[^|]*\\|[^|]*\\| +${countSteps(recipe)} +\\|`))
  }
})
