import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './fences.ts'

type Graph = ReadonlyMap<string, readonly string[]>

const IMPORTS = /\b(?:import|export)\b[^'";]*?from '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g

/** Which files below a folder import which, of types alone as well. */
async function readGraph(folder: string): Promise<Graph> {
  const root = join(ROOT, folder)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)generated\//.test(path))
  const files = paths.map(async (path) => {
    const imports = [...(await readFile(join(root, path), 'utf8')).matchAll(IMPORTS)]
    const targets = imports.map(([, target, later]) =>
      relative(root, resolve(root, dirname(path), target ?? later ?? '')),
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

/** For each folder, how what lies directly in it, files and folders, imports each other. */
function graphsOfFolders(graph: Graph): Map<string, Map<string, string[]>> {
  const graphs = new Map<string, Map<string, string[]>>()
  for (const [path, targets] of graph) {
    for (const target of targets) {
      const [from, to] = [path.split('/'), target.split('/')]
      const shared = from.findIndex((part, i) => part !== to[i])
      const [importing, imported] = [from[shared], to[shared]]
      if (importing === undefined || imported === undefined) continue
      const folder = from.slice(0, shared).join('/')
      const units = graphs.get(folder) ?? new Map<string, string[]>()
      units.set(importing, [...(units.get(importing) ?? []), imported])
      graphs.set(folder, units)
    }
  }
  return graphs
}

function foldersInCircles(graph: Graph): string[] {
  return [...graphsOfFolders(graph)].flatMap(([folder, units]) => inCircles(units).map((unit) => join(folder, unit)))
}

test('a circle is found, of files and of folders', () => {
  const graph = new Map([
    ['a/1', ['b/1']],
    ['b/1', ['c/1']],
    ['b/2', ['b/1']],
    ['c/1', []],
    ['c/2', ['b/2']],
  ])
  expect(inCircles(graph)).toEqual([])
  expect(foldersInCircles(graph)).toEqual(['b', 'c'])
  expect(inCircles(new Map([...graph, ['c/1', ['b/1']]]))).toEqual(['b/1', 'c/1'])
})

test('nothing in src imports itself by way of others: files, folders and folders in them, and types neither', async () => {
  const graph = await readGraph('src')
  expect(graph.get('service/service.ts')).toContain('service/jobs/submit.ts')
  expect(inCircles(graph)).toEqual([])
  expect(foldersInCircles(graph)).toEqual([])
})

test.each(['ui/src', 'client/src'])('nor does anything in %s', async (folder) => {
  const graph = await readGraph(folder)
  expect(graph.size).toBeGreaterThan(3)
  expect([...inCircles(graph), ...foldersInCircles(graph)]).toEqual([])
})
