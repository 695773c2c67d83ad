import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pages, ROOT } from './pages.ts'

// Writes what is generated in the documentation; a test fails when it is stale.
for (const { path, text } of await pages()) await writeFile(join(ROOT, path), text)
