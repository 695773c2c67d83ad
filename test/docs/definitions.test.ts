import { expect, test } from 'vitest'
import { runJob } from '../../src/compose/runJob.ts'
import { validateJob } from '../../src/compose/validateJob.ts'
import type { JsonObject } from '../../src/engine/values/json.ts'
import { readNamedContent } from '../../src/wire/namedDefinition.ts'
import { examplesIn, type Fence, fencesOf, pagePaths, readPage } from './fences.ts'

/** What stands in a block of JSON; undefined in any other. */
function valueOf(fence: Fence | undefined): Record<string, unknown> | undefined {
  return fence?.language === 'json' ? (JSON.parse(fence.code) as Record<string, unknown>) : undefined
}

const pages = await Promise.all((await pagePaths()).map(async (page) => fencesOf(page, await readPage(page))))
const definitions = pages.flatMap((fences) =>
  fences.flatMap((fence, i) => {
    const definition = valueOf(fence)
    const next = valueOf(fences[i + 1])
    if (!Array.isArray(definition?.['steps'])) return []
    return [{ place: `${fence.page}:${fence.line}`, definition, end: 'state' in (next ?? {}) ? next : {} }]
  }),
)

test.each(definitions)('the definition at $place is valid, and ends as the page says', async ({ definition, end }) => {
  // What a service answered holds more than a definition may.
  if ('created_at' in definition) return
  // Only a named one has inputs; what it does depends on them.
  if ('inputs' in definition) {
    const { named, errors } = readNamedContent('example', definition as JsonObject)
    expect([...errors, ...validateJob(named.job).problems]).toEqual([])
    return
  }
  expect(await runJob(definition, { allowPrivate: true })).toMatchObject(end ?? {})
})

const model = fencesOf('docs/model.md', await readPage('docs/model.md'))
const locals = valueOf(model.findLast(({ language }) => language === 'json'))
const conditions = model.filter(({ language }) => language === 'if').flatMap(({ code }) => examplesIn(code))

test.each(conditions)('if: $line', async ({ written, gives }) => {
  const job = await runJob({ local_values: locals, steps: [{ action: 'LOGIC.TRUE', if: written }] })
  const runs = job.steps?.[0]?.status.name === 'DONE'
  expect(runs ? 'runs' : 'is passed over').toBe(gives)
})
