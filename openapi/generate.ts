import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeService } from './describe.ts'

// Writes the document that is committed; a test fails when it is stale.
await writeFile(join(import.meta.dirname, 'openapi.json'), await describeService())
