import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Binaries, cannotRun } from './binaries.ts'
import { type Endpoint, isSocket } from './endpoint.ts'
import { EmbeddedServerError, hasCode } from './errors.ts'
import type { Home } from './home.ts'

/** A server process that we started. */
export type Launched = {
  readonly pid: number
  hasEnded(): boolean
  /** What it wrote to the log. */
  output(): Promise<string>
}

const DEFAULTS: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '128MB',
  // Compiling costs the hot path's small statements far more than it gives; an operator's own server has it off too.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
}

/** At its start a log above this size becomes `postgres.log.1`, and the one before that is forgotten. */
const MAX_LOG_BYTES = 8 * 1024 * 1024

/**
 * Starts the server's process, without waiting until it serves.
 *
 * It gets a session of its own: a Ctrl-C goes to the whole process group, and a server that stopped with it would fail
 * what a draining service still has to commit. For the same reason it outlives us when we are killed.
 */
export async function launch(
  home: Home,
  binaries: Binaries,
  endpoint: Endpoint,
  settings: Readonly<Record<string, string>>,
): Promise<Launched> {
  const file = join(home.path, 'postgres.log')
  await rotate(file)
  await using log = await open(file, 'a', 0o600)
  if (home.user !== undefined) await log.chown(home.user.uid, home.user.gid)
  const from = (await log.stat()).size
  const options = Object.entries({ ...DEFAULTS, ...listen(endpoint), ...settings })
  const args = ['-D', home.cluster, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const child = spawn(binaries.postgres, args, {
    cwd: home.path,
    env: binaries.env,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
    ...home.user,
  })
  await once(child, 'spawn').catch((error: unknown) => {
    const what = `${binaries.postgres} can't be run for ${home.path}: ${String(error)}. Install Conduit again.`
    throw cannotRun(binaries.postgres, error) ?? new EmbeddedServerError('not-started', what, error)
  })
  child.unref()
  return {
    pid: child.pid ?? 0,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    output: async () => await readFrom(file, from),
  }
}

function listen(endpoint: Endpoint): Readonly<Record<string, string>> {
  const port = String(endpoint.port)
  if (!isSocket(endpoint)) return { listen_addresses: endpoint.host, port, unix_socket_directories: '' }
  // A list, where commas part and quotes keep together.
  const folder = `"${endpoint.host.replaceAll('"', '""')}"`
  return { listen_addresses: '', port, unix_socket_directories: folder, unix_socket_permissions: '0700' }
}

async function rotate(file: string): Promise<void> {
  try {
    if ((await stat(file)).size > MAX_LOG_BYTES) await rename(file, `${file}.1`)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

async function readFrom(file: string, position: number): Promise<string> {
  await using log = await open(file)
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(4096), position })
  return buffer.subarray(0, bytesRead).toString().trim()
}
