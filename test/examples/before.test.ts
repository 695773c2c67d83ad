import { expect, test } from 'vitest'
import { runJob } from '../../src/compose/runJob.ts'
import type { JsonObject } from '../../src/engine/values/json.ts'
import { done } from '../../examples/recipes/blocks.ts'
import { readPage } from '../docs/fences.ts'
import { BEFORE, countSteps, hurried, RECIPES, type Trial, TRIALS, withLocals } from './recipes.ts'
import { blocks, startShop } from './shop.ts'

const JOB_FIELDS = new Set(['name', 'tags', 'variables', 'local_values', 'steps', 'output'])
const STEP_FIELDS = new Set(['id', 'action', 'parameters', 'forced', 'if'])

test.each([...BEFORE])('%s before is a flat list of steps with blocks', (_name, definition) => {
  expect(JSON.stringify(definition)).not.toMatch(/\{= |"action":"FLOW\./i)
  expect(Object.keys(definition).filter((field) => !JOB_FIELDS.has(field))).toEqual([])
  const steps = definition['steps'] as readonly JsonObject[]
  expect(steps.flatMap((step) => Object.keys(step)).filter((field) => !STEP_FIELDS.has(field))).toEqual([])
})

test.each(TRIALS.filter(({ name }) => BEFORE.has(name)))(
  '$name, case $number, did and gave the same before',
  async (trial) => {
    const end = await endOf(RECIPES, trial)
    expect(await endOf(BEFORE, trial)).toEqual(end)
    expect(end.state).toBe(trial.state ?? 'succeeded')
  },
)

/** How a job ends, and all that it does outside. Requests that went out at once have no order. */
async function endOf(definitions: ReadonlyMap<string, JsonObject>, trial: Trial) {
  done.length = 0
  await using shop = await startShop()
  const definition = hurried(withLocals(definitions.get(trial.name) ?? {}, trial, shop.url))
  const { state, output } = await runJob(definition, { blocks, allowPrivate: true })
  return { state, output, done: [...done], requests: shop.requests.toSorted(), hooks: shop.hooks }
}

const page = await readPage('docs/recipes.md')
const cells = new Map(
  [...page.matchAll(/^\| \[([\w-]+)\]\(#\1\) *\|[^|]*\|[^|]*\| ([^|]*?) *\| ([^|]*?) *\|$/gm)].map(
    ([, name = '', before = '', bound = '']) => [name, { before, bound }],
  ),
)

test.each([...RECIPES.keys()])('docs/recipes.md says what %s took before', (name) => {
  const before = BEFORE.get(name)
  const cell = cells.get(name)
  if (before !== undefined) return expect(cell?.before).toBe(String(countSteps(before)))
  expect(cell).toEqual({ before: expect.stringMatching(/^no [a-z]+$/), bound: '' })
  expect(page).toMatch(new RegExp(`^- \\*\\*${cell?.before}\\*\\*: .+\\.$`, 'm'))
})

test('docs/recipes.md names those that take more than a third of before', () => {
  const long = [...BEFORE].filter(([name, before]) => countSteps(RECIPES.get(name)) * 3 > countSteps(before))
  const named = /^More than a third [^]*?\n\n/m.exec(page)?.[0] ?? ''
  expect(new Set([...named.matchAll(/\(#([\w-]+)\)/g)].map(([, name]) => name))).toEqual(
    new Set(long.map(([name]) => name)),
  )
})
