import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'

const ROOT = join(import.meta.dirname, '../..')

/** To npm alone, as a supervisor does; to all, as a terminal's Ctrl-C does. */
const ENDS = [
  { name: 'SIGTERM to npm', signal: 'SIGTERM', group: false },
  { name: 'SIGINT to the whole process group', signal: 'SIGINT', group: true },
] as const

test.each(ENDS)('npm start ends with 0 after $name, and leaves no process behind', async ({ signal, group }) => {
  await using database = await createTestDatabase()
  const env = { ...process.env, PORT: '0', DATABASE_URL: database.url }
  const npm = spawn('npm', ['start'], { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(npm, 'exit')
  const pid = npm.pid ?? 0
  try {
    const lines = createInterface(npm.stdout)[Symbol.asyncIterator]()
    let line = await lines.next()
    while (line.done !== true && !/Conduit listens on/.test(line.value)) line = await lines.next()
    process.kill(group ? -pid : pid, signal)
    expect(await exited).toEqual([0, null])
    // The shell that npm starts must not stand between: killed in its place, it would leave the service running.
    expect(() => process.kill(-pid, 0)).toThrow('ESRCH')
  } finally {
    if (npm.exitCode === null) process.kill(-pid, 'SIGKILL')
  }
})
