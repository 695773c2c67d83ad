import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** So long a server may take that is told to stop at once. */
const PATIENCE_MS = 5000
const LOOK_MS = 20

/**
 * Once a run: whatever it makes lies in one folder, and whatever it starts goes with it, also where it is ended by a
 * signal. Vitest then exits without undoing anything: tests, their services, browsers and servers would be left. What a
 * test that timed out had started is nobody's by the end of the run, its file's process being gone; it is known by its
 * `TMPDIR`. Gives what undoes it at a good end.
 */
export default function ownRun(): () => void {
  const before = process.env['TMPDIR']
  const folder = mkdtempSync(join(tmpdir(), 'conduit-tests-'))
  chmodSync(folder, 0o755) // root's servers run as another user
  process.env['TMPDIR'] = folder // tests inherit it
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  const end = (): void => {
    endAll([...descendantsOf(process.pid), ...startedWithin(folder)])
    remove()
  }
  const hangUp = (): void => process.exit(129)
  process.once('exit', end)
  process.once('SIGHUP', hangUp)
  return () => {
    process.off('exit', end)
    process.off('SIGHUP', hangUp)
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    // Vitest ends its own.
    const kept = new Set(descendantsOf(process.pid))
    endAll(startedWithin(folder).filter((pid) => !kept.has(pid)))
    remove()
  }
}

/** SIGQUIT is an immediate stop to a Postgres, which leaves no memory behind, and the end to most others. */
function endAll(pids: readonly number[]): void {
  if (pids.length === 0) return
  send('SIGQUIT', pids)
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until && areRunning(pids)) pause(LOOK_MS)
  send('SIGKILL', pids)
}

/** What this process started, and what that started, first those who start others. */
function descendantsOf(root: number): number[] {
  const parents = rows('pid=,ppid=').map(([pid, parent]) => [Number(pid), Number(parent)] as const)
  const found = [root]
  for (const one of found) found.push(...parents.filter(([, parent]) => parent === one).map(([pid]) => pid))
  return found.slice(1)
}

/** What has its files in a folder, whoever started it and whether that is still there; where `/proc` tells. */
function startedWithin(folder: string): number[] {
  if (!existsSync('/proc/self/environ')) return []
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter((pid) => pid !== process.pid && environmentOf(pid).includes(`\0TMPDIR=${folder}`))
}

function environmentOf(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`
  } catch {
    return '' // It has ended, or is another user's.
  }
}

/** Nobody reaps what has ended while this process runs its last: it is there as a zombie. */
function areRunning(pids: readonly number[]): boolean {
  return rows('pid=,state=').some(([pid, state]) => pids.includes(Number(pid)) && !state?.startsWith('Z'))
}

function rows(columns: string): string[][] {
  const text = execFileSync('ps', ['-A', '-o', columns], { encoding: 'utf8' })
  return text.split('\n').map((line) => line.trim().split(/\s+/))
}

function send(signal: NodeJS.Signals, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended.
    }
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
