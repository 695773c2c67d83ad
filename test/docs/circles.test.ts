import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './fences.ts'

const SRC = join(ROOT, 'src')

type Graph = ReadonlyMap<string, readonly string[]>

/** Which files of src import which; of types alone as well, where they are wanted. */
async function readGraph(withTypes: boolean): Promise<Graph> {
  const entries = await readdir(SRC, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(SRC, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('store/generated'))
  const files = paths.map(async (path) => {
    const text = await readFile(join(SRC, path), 'utf8')
    const imports = [...text.matchAll(/\b(?:import|export)\b( type)?[^'";]*?from '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g)]
    const targets = imports
      .filter(([, type]) => withTypes || type === undefined)
      .map(([, , target, later]) => relative(SRC, resolve(SRC, dirname(path), target ?? later ?? '')))
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

test('nothing that runs imports itself by way of others, inside folders neither', async () => {
  const graph = await readGraph(false)
  expect(graph.get('service/service.ts')).toContain('service/jobs/submit.ts')
  expect(inCircles(graph)).toEqual([])
})

/** What a run holds and what its steps do speak of each other's types; nothing else may. */
const TYPES_OF_A_RUN = /^engine\/(?:run|flow|plan)\//

test('types know each other in circles only where a run and its steps do', async () => {
  const others = inCircles(await readGraph(true)).filter((path) => !TYPES_OF_A_RUN.test(path))
  expect(others).toEqual([])
})
