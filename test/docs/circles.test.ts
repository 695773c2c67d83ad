import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './fences.ts'

const SRC = join(ROOT, 'src')

type Graph = ReadonlyMap<string, readonly string[]>

/** Which files of src import which, of types alone as well. */
async function readGraph(): Promise<Graph> {
  const entries = await readdir(SRC, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(SRC, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('store/generated'))
  const files = paths.map(async (path) => {
    const text = await readFile(join(SRC, path), 'utf8')
    const imports = [...text.matchAll(/\b(?:import|export)\b[^'";]*?from '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g)]
    const targets = imports.map(([, target, later]) =>
      relative(SRC, resolve(SRC, dirname(path), target ?? later ?? '')),
    )
    return [path, targets] as const
  })
  return new Map(await Promise.all(files))
}

/** Files from which a way leads back to themselves. */
function inCircles(graph: Graph): string[] {
  return [...graph.keys()].filter((start) => {
    const seen = new Set<string>()
    const ahead = [...(graph.get(start) ?? [])]
    for (let file = ahead.pop(); file !== undefined; file = ahead.pop()) {
      if (file === start) return true
      if (seen.has(file)) continue
      seen.add(file)
      ahead.push(...(graph.get(file) ?? []))
    }
    return false
  })
}

test('a circle is found', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ])
  expect(inCircles(graph)).toEqual(['b', 'c'])
})

test('nothing imports itself by way of others: inside folders neither, and types neither', async () => {
  const graph = await readGraph()
  expect(graph.get('service/service.ts')).toContain('service/jobs/submit.ts')
  expect(inCircles(graph)).toEqual([])
})
