import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Folders whose tests need no database. */
const WITHOUT_DATABASE = ['engine', 'blocks', 'wire', 'outbound', 'embedded'].map((name) => `test/${name}/**/*.test.ts`)

/** On a busy machine everything takes longer: time-outs grow with the load a core, and say so once. */
const SLOWNESS = Math.min(10, Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()))
const TIMEOUT_MS = Math.round(30_000 * SLOWNESS)

export default defineConfig({
  resolve: {
    alias: [
      { find: /^(@conduit-jobs\/server|conduit)$/, replacement: join(import.meta.dirname, 'src/index.ts') },
      { find: /^@conduit-jobs\/client$/, replacement: join(import.meta.dirname, 'client/src/index.ts') },
    ],
  },
  test: {
    // A process a file: blocks that hold the event loop, signals and `process.exit` stay with the test that has them.
    pool: 'forks',
    // Most files wait for leases, time-outs and processes more than they compute: two cores carry three at a time.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
    teardownTimeout: TIMEOUT_MS,
    projects: [
      { extends: true, test: { name: 'unit', include: WITHOUT_DATABASE } },
      {
        extends: true,
        test: {
          name: 'service',
          include: ['test/**/*.test.ts'],
          exclude: WITHOUT_DATABASE,
          globalSetup: 'test/support/globalSetup.ts',
        },
      },
    ],
  },
})
