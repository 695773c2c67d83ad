import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const IMPORTED = /(?:from|import\(?) ?'(\.[^']+)'/g

/** Folders of tests that measure, hold up or end processes. */
const OF_PROCESSES = /^test\/(faults|hostile|lifecycle|package)\//
/** What stays in a process when a file that did it is over: false clocks and modules, the environment, listeners. */
const CHANGES_PROCESS =
  /\bvi\.(mock|spyOn|stub|use)|\bprocess\.(on|once|exit|kill)\b|\bprocess\.env\S+ = |\bglobalThis\b/

/** The test files, parted into the projects of `vitest.config.ts`. */
export type ProjectFiles = {
  /** Those that no database is made for. */
  readonly unit: string[]
  /** Those with a database that run one after the other in a process which has loaded the service. */
  readonly service: string[]
  /** Those with a database that need a process of their own. */
  readonly alone: string[]
}

/** Parts them by their own text and imports, and those of what they import. */
export function partedTestFiles(): ProjectFiles {
  const texts = new Map(globSync('test/**/*.ts', { cwd: ROOT }).map((file) => [file, textOf(file)]))
  const withDatabase = filesReaching(texts, ['test/support/database.ts'])
  const changing = [...texts].flatMap(([file, text]) => (CHANGES_PROCESS.test(text) ? [file] : []))
  const changed = filesReaching(texts, changing)
  const isAlone = (file: string): boolean => OF_PROCESSES.test(file) || changed.has(file)
  const files = [...texts.keys()].filter((file) => file.endsWith('.test.ts'))
  return {
    unit: files.filter((file) => !withDatabase.has(file)),
    service: files.filter((file) => withDatabase.has(file) && !isAlone(file)),
    alone: files.filter((file) => withDatabase.has(file) && isAlone(file)),
  }
}

/** Some files, what imports them, and what imports that; no more than `test/` is looked at. */
function filesReaching(texts: ReadonlyMap<string, string>, targets: readonly string[]): Set<string> {
  const imports = [...texts].map(([file, text]) => [file, importsOf(file, text)] as const)
  const reaching = new Set(targets)
  for (const reached of reaching) {
    for (const [file, imported] of imports) if (imported.includes(reached)) reaching.add(file)
  }
  return reaching
}

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(IMPORTED)].map(([, path = '']) => join(dirname(file), path))
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}
