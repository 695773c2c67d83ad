import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { PATIENCE_MS } from './test/support/patience.ts'
import { partedTestFiles } from './test/support/projectFiles.ts'

const { unit, service, alone } = partedTestFiles()
const withDatabase = ['test/support/ownRun.ts', 'test/support/globalSetup.ts']

/** A test may wait twice for what must come: it is ended only where it hangs. */
const TIMEOUT_MS = 2 * PATIENCE_MS

export default defineConfig({
  resolve: {
    alias: [
      { find: /^(@conduit-jobs\/server|conduit)$/, replacement: join(import.meta.dirname, 'src/index.ts') },
      { find: /^@conduit-jobs\/client$/, replacement: join(import.meta.dirname, 'client/src/index.ts') },
    ],
  },
  test: {
    // A process a file: blocks that hold the event loop, signals and `process.exit` stay with the test that has them. Of
    // `service`, whose files leave their process as it was, a worker keeps what it loaded: that is half of what a short one computes.
    pool: 'forks',
    // Most files wait for leases, time-outs and processes more than they compute: two cores carry three at a time.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
    teardownTimeout: TIMEOUT_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    // They run in the order of their names: the longest files come first.
    projects: [
      { extends: true, test: { name: 'alone', include: alone, globalSetup: withDatabase } },
      { extends: true, test: { name: 'service', include: service, globalSetup: withDatabase, isolate: false } },
      { extends: true, test: { name: 'unit', include: unit, globalSetup: 'test/support/ownRun.ts' } },
    ],
  },
})
