import { expect, test } from 'vitest'
import { runJob } from '../../src/compose/runJob.ts'
import { examplesIn, fencesOf, readPage } from './fences.ts'

const fences = fencesOf('docs/expressions.md', await readPage('docs/expressions.md'))
const definition = JSON.parse(fences.find(({ language }) => language === 'json')?.code ?? '') as object
const examples = fences.filter(({ language }) => language === 'expressions').flatMap(({ code }) => examplesIn(code))

test.each(examples)('$line', async ({ written, gives }) => {
  const job = await runJob({ ...definition, output: written })
  expect(job.output).toEqual(JSON.parse(gives))
})
