import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPage, ROOT } from './fences.ts'

const page = await readPage('docs/operations.md')
const section = (heading: string): string => page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''

test('docs/operations.md has every metric of ours, and no other', async () => {
  const files = ['counters', 'gauges', 'process'].map((name) => join(ROOT, `src/metrics/${name}.ts`))
  const code = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
  const made = code.match(/(?<=')conduit_\w+(?=')/g) ?? []
  const told = section('Metrics').match(/(?<=^\| `)conduit_\w+/gm) ?? []
  expect(new Set(told)).toEqual(new Set(made))
})

test('docs/operations.md names every line of the log above debug, and no other', async () => {
  const entries = await readdir(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  const code = (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join('\n')
  const told = [...section('Logs').matchAll(/^\| `([^`]+)` /gm)].map(([, message = '']) => message)
  expect(told.length).toBeGreaterThan(10)
  const named = told.filter((message) => !message.includes('…'))
  expect(named.filter((message) => !code.includes(`'${message}'`))).toEqual([])
  const written = [...code.matchAll(/\blog\.(?:info|warn|error|fatal)\([^;()]*?'([^':\n]{3,})',?\s*\)/g)].map(
    ([, message]) => message,
  )
  expect(written.length).toBeGreaterThan(10)
  expect(written.filter((message) => !told.includes(message ?? ''))).toEqual([])
})
