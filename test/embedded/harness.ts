import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, realpath, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, onTestFinished, vi } from 'vitest'
import { isServerOf, readRecord } from '../../src/embedded/postmaster.ts'
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from '../../src/embedded/server.ts'
import { PATIENCE_MS } from '../support/patience.ts'

export const IS_ROOT = process.geteuid?.() === 0
export const NOBODY = { uid: 65_534, gid: 65_534 }
/** Tests lose no data that anyone wants. */
export const FAST = { fsync: 'off' }

/** A folder of the test's own that others may enter, removed after it with a server that was left on it. */
export async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'embedded-')))
  await chmod(folder, 0o755)
  onTestFinished(async () => {
    await killServer(join(folder, 'data'))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  return folder
}

/** A data folder that isn't there yet. */
export async function makeEmptyDir(): Promise<string> {
  return join(await makeFolder(), 'data')
}

/** A data folder with a database, which goes from test to test: whoever spoils one makes their own. */
export async function makeDataDir(name = 'data'): Promise<string> {
  const dataDir = join(await makeFolder(), name)
  await lendFolder(dataDir)
  return dataDir
}

/** Puts such a folder where there is nothing yet. */
export async function lendFolder(dataDir: string): Promise<void> {
  const lent = idle.pop() ?? (await makeDatabase())
  await mkdir(dirname(dataDir), { recursive: true })
  await rename(lent, dataDir)
  onTestFinished(async () => {
    await killServer(dataDir)
    await rename(dataDir, lent)
    idle.push(lent)
  })
}

const idle: string[] = []

async function makeDatabase(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'embedded-lent-')))
  await chmod(folder, 0o755)
  await (await startEmbedded({ dataDir: join(folder, 'data'), settings: FAST })).close()
  return join(folder, 'data')
}

afterAll(async () => {
  for (const folder of idle) await rm(dirname(folder), { recursive: true, force: true })
})

/** Opens a server, and closes it after the test. */
export async function start(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const starting = startEmbedded({ settings: FAST, ...options })
  onTestFinished(async () => await (await starting.catch(() => undefined))?.close())
  return await starting
}

export async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** The process of the server that serves a home; undefined where none lives. */
export async function serverPid(home: string): Promise<number | undefined> {
  const cluster = join(home, 'postgres')
  const record = await readRecord(cluster)
  return record !== undefined && (await isServerOf(record.pid, cluster)) ? record.pid : undefined
}

/** The same where one must live: 0 in its place would mean ourselves to `kill`. */
export async function livePid(home: string): Promise<number> {
  const pid = await serverPid(home)
  if (pid === undefined) throw new Error(`no server on ${home}`)
  return pid
}

export async function killServer(home: string): Promise<void> {
  const pid = await serverPid(home).catch(() => undefined)
  if (pid === undefined) return
  process.kill(pid, 'SIGKILL')
  await vi.waitUntil(async () => !(await isServerOf(pid, join(home, 'postgres'))), PATIENCE_MS)
}

export type Service = {
  readonly process: ChildProcess
  /** Resolves when the server is open. */
  readonly opened: Promise<{ connectionString: string; folder: string }>
  close(): Promise<void>
  kill(): Promise<void>
}

/** Opens a server from another process, which a test may kill. */
export function startService(options: EmbeddedOptions, user: { uid?: number; gid?: number } = {}): Service {
  const args = [join(import.meta.dirname, 'service.ts'), JSON.stringify({ settings: FAST, ...options })]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], ...user })
  const ended = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    process: child,
    opened: readLine(child),
    close: async () => {
      child.stdin?.end()
      await ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function readLine(child: ChildProcess): Promise<{ connectionString: string; folder: string }> {
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes')
  const said: string[] = []
  createInterface(child.stderr).on('line', (line) => said.push(line))
  for await (const line of createInterface(child.stdout)) return JSON.parse(line)
  throw new Error(`the service ended: ${said.join('\n')}`)
}

export async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim()
}
