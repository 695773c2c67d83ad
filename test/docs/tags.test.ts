import { expect, test } from 'vitest'
import { runJob } from '../../src/compose/runJob.ts'
import { examplesIn, fencesOf, readPage } from './fences.ts'

const fences = fencesOf('docs/tags.md', await readPage('docs/tags.md'))
const definition = JSON.parse(fences.find(({ language }) => language === 'json')?.code ?? '') as object
const examples = fences.filter(({ language }) => language === 'tags').flatMap(({ code }) => examplesIn(code))

test.each(examples)('$line', async ({ written, gives }) => {
  const job = await runJob({ ...definition, output: written })
  expect(job.output).toEqual(JSON.parse(gives))
})

const forms = [...(await readPage('docs/tags.md')).matchAll(/^\| `(\{[:#<] .+?)` +\| `(\{% .+? %\})`/gm)]

test.each(forms.map(([, short = '', long = '']) => ({ short, long })))(
  '$short is short for $long',
  async ({ short, long }) => {
    const steps = [{ action: 'DICTIONARY.CREATE', id: 'id', parameters: { path: 'of a step' } }]
    const values = { name: { path: 'of the job' } }
    const job = await runJob({ variables: values, local_values: values, steps, output: [short, long] })
    const [one, other] = job.output as unknown[]
    expect(one).toMatch(/^of /)
    expect(one).toBe(other)
  },
)
