import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readPage, ROOT } from './fences.ts'

const SRC = join(ROOT, 'src')
const page = await readPage('docs/architecture.md')

/** The map: which layer each file or folder directly below `src` is in. */
const layers = new Map(
  [...page.matchAll(/^\| (\d+) +\| `([\w.]+)` /gm)].map(([, layer, name]) => [name, Number(layer)]),
)

type Source = { readonly path: string; readonly text: string }

async function readSources(): Promise<Source[]> {
  const entries = await readdir(SRC, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  const paths = files.map((entry) => relative(SRC, join(entry.parentPath, entry.name)))
  const own = paths.filter((path) => !path.startsWith('store/generated'))
  return Promise.all(own.map(async (path) => ({ path, text: await readFile(join(SRC, path), 'utf8') })))
}

const sources = await readSources()
const unitOf = (path: string): string => path.split('/')[0] ?? ''

function importsOf({ path, text }: Source): string[] {
  const imports = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) => target)
  return imports.map((target) => relative(SRC, resolve(SRC, dirname(path), target)))
}

test('the map in docs/architecture.md has a row for everything in src, and nothing else', () => {
  expect(new Set(layers.keys())).toEqual(new Set(sources.map(({ path }) => unitOf(path))))
})

test('imports point down the map only', () => {
  const upwards = sources.flatMap((source) =>
    importsOf(source)
      .filter((target) => unitOf(target) !== unitOf(source.path))
      .filter((target) => (layers.get(unitOf(target)) ?? 0) <= (layers.get(unitOf(source.path)) ?? 0))
      .map((target) => `${source.path} imports ${target}`),
  )
  expect(upwards).toEqual([])
})

test('no file of src has more than 300 lines: one of two ideas is two files', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > 301)
  expect(long.map(({ path }) => path)).toEqual([])
})

test('only store and embedded speak to Postgres', () => {
  const others = sources.filter(({ path }) => !['store', 'embedded'].includes(unitOf(path)))
  const clients = others.filter(({ text }) => /from '(?:pg|@prisma\/[\w-]+)'/.test(text) && !/import type/.test(text))
  expect(clients.map(({ path }) => path)).toEqual([])
  const sql = /[`'"]\s*(?:select\s.+\sfrom\s|insert into\s|update \w+ set\s|delete from\s|with \w+ as\s)/i
  expect(others.filter(({ text }) => sql.test(text)).map(({ path }) => path)).toEqual([])
})

test('nothing inside imports index.ts', () => {
  const inside = sources.filter((source) => importsOf(source).includes('index.ts'))
  expect(inside.map(({ path }) => path)).toEqual([])
})

test('the engine has no input, no output, no clock, no timer and no randomness', () => {
  const impure =
    /from 'node:(?!crypto')|\brandom[A-Z]\w+\(|\bprocess\.|\bDate\.now|new Date\(\)|\bperformance\.|\bset(?:Timeout|Interval|Immediate)\b|Math\.random|\bfetch\(|\bconsole\./
  const engine = sources.filter(({ path }) => unitOf(path) === 'engine')
  expect(engine.length).toBeGreaterThan(10)
  expect(engine.filter(({ text }) => impure.test(text)).map(({ path }) => path)).toEqual([])
})

test('every table that belongs to jobs has a key that begins with the id of the job', async () => {
  const schema = await readFile(join(ROOT, 'prisma/schema.prisma'), 'utf8')
  const models = [...schema.matchAll(/^model (\w+) \{([\s\S]*?)^\}/gm)]
  const ofJobs = models.filter(([, name, body = '']) => name === 'Job' || /\bjobId\b/.test(body))
  for (const [, name, body = ''] of ofJobs) {
    // An idempotency key outlives its job, and is found by itself.
    if (name === 'IdempotencyKey') continue
    expect(`${name}: ${/@@id\(\[(\w+)/.exec(body)?.[1]}`).toBe(`${name}: ${name === 'Job' ? 'id' : 'jobId'}`)
  }
})

test('every path that the page names is there', async () => {
  for (const [, path = ''] of page.matchAll(/`((?:src|prisma|docs|openapi|test)\/[\w./-]*)`/g)) {
    await stat(join(ROOT, path)).catch(() => expect.fail(`${path} is not there`))
  }
})
