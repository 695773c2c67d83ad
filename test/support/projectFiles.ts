import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const IMPORTED = /(?:from|import\(?) ?'(\.[^']+)'/g

/** The test files, parted by whether a database is made for them: by their own imports and those of what they import. */
export function partedTestFiles(): { withDatabase: string[]; without: string[] } {
  const reaching = filesReaching('test/support/database.ts')
  const files = globSync('test/**/*.test.ts', { cwd: ROOT })
  return {
    withDatabase: files.filter((file) => reaching.has(file)),
    without: files.filter((file) => !reaching.has(file)),
  }
}

/** What imports a file, or imports what does; no more than `test/` is looked at. */
function filesReaching(target: string): Set<string> {
  const imports = globSync('test/**/*.ts', { cwd: ROOT }).map((file) => [file, importsOf(file)] as const)
  const reaching = new Set([target])
  for (const reached of reaching) {
    for (const [file, imported] of imports) if (imported.includes(reached)) reaching.add(file)
  }
  return reaching
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(IMPORTED)].map(([, path = '']) => join(dirname(file), path))
}
