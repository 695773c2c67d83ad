import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** So long a server may take that is told to stop at once. */
const PATIENCE_MS = 5000
const LOOK_MS = 20

/** The number of the process that has a run of its own. */
const OWNER = 'CONDUIT_TEST_RUN'

/**
 * Once a run, however many of its projects ask for it: whatever it makes lies in one folder, and whatever it starts goes with it, also where it is ended by a
 * signal. Vitest then exits without undoing anything: tests, their services, browsers and servers would be left. What a
 * test that timed out had started is nobody's by the end of the run, its file's process being gone; it is known by its
 * `TMPDIR`. Gives what undoes it at a good end.
 */
export default function ownRun(): () => void {
  if (process.env[OWNER] === String(process.pid)) return () => undefined
  process.env[OWNER] = String(process.pid)
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
    delete process.env[OWNER]
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    // Vitest ends its own.
    const kept = new Set(descendantsOf(process.pid))
    endAll(startedWithin(folder).filter((pid) => !kept.has(pid)))
    remove()
  }
}

/**
 * SIGQUIT is an immediate stop to a Postgres, which leaves no memory behind, and the end to most others. Numbers are used
 * again: what began later under one of them is another's, and let be.
 */
function endAll(pids: readonly number[]): void {
  const ours = processes().filter(({ pid }) => pids.includes(pid))
  if (ours.length === 0) return
  send('SIGQUIT', ours)
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until && running(ours).length > 0) pause(LOOK_MS)
  send('SIGKILL', running(ours))
}

/** What this process started, and what that started, first those who start others. */
function descendantsOf(root: number): number[] {
  const all = processes()
  const found = [root]
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one).map(({ pid }) => pid))
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

type Process = { readonly pid: number; readonly parent: number; readonly state: string; readonly began: number }

/** Nobody reaps what has ended while this process runs its last: it is there as a zombie. */
function running(some: readonly Process[]): Process[] {
  const began = new Map(some.map((one) => [one.pid, one.began]))
  return processes().filter(({ pid, state, began: at }) => {
    return Math.abs((began.get(pid) ?? 0) - at) <= BEGAN_WITHIN_MS && !state.startsWith('Z')
  })
}

/** Its beginning is told in whole seconds, of a clock that may be set meanwhile. */
const BEGAN_WITHIN_MS = 2000

function processes(): Process[] {
  const env = { ...process.env, LC_ALL: 'C' }
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state=,lstart='], { encoding: 'utf8', env })
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, state = '', ...began] = line.trim().split(/\s+/)
      return { pid: Number(pid), parent: Number(parent), state, began: Date.parse(began.join(' ')) }
    })
}

function send(signal: NodeJS.Signals, some: readonly Process[]): void {
  for (const { pid } of some) {
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
