import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Something that takes jobs over HTTP and runs them. */
export type ContenderSpec = {
  readonly name: string
  /** Its package beside Fastify, whose version is told; null: none. */
  readonly package: string | null
  /** What is recorded of a job, in a few words. */
  readonly records: string
  /** Jobs in one measurement: some seconds' worth. */
  readonly jobs: number
  /** Whether it takes many jobs in one request: POST /v1/batches. */
  readonly takesBatches: boolean
  readonly script: string
  /** Arguments for Node before the script. */
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Finds the address in what the process says first. */
  readonly listening: RegExp
  /** Where it tells how many jobs are over, and how to read it there. */
  readonly overPath: string
  readonly over: (text: string) => number
}

/** A contender's process. It gets SIGTERM at the end of the scope, and SIGKILL after five seconds. */
export type Contender = AsyncDisposable & {
  readonly spec: ContenderSpec
  readonly url: string
  readonly pid: number
  /** Milliseconds from its start until it said where it listens. */
  readonly startedIn: number
  over(): Promise<number>
}

const START_MS = 60_000

/** Starts a contender; what it writes goes to a file, as a log does. Throws with that when it ends before it listens. */
export async function startContender(
  spec: ContenderSpec,
  environment: Readonly<Record<string, string>>,
): Promise<Contender> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'conduit-bench-log-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const log = join(folder, 'log')
  const output = openSync(log, 'w')
  const begun = performance.now()
  const child = spawn(process.execPath, [...(spec.flags ?? []), spec.script], {
    env: { PATH: process.env['PATH'], ...spec.environment, ...environment },
    stdio: ['ignore', output, output],
  })
  stack.defer(() => end(child))
  const url = await listening(child, spec, log)
  const startedIn = performance.now() - begun
  const opened = stack.move()
  return {
    spec,
    url,
    pid: child.pid ?? 0,
    startedIn,
    over: async () => spec.over(await (await fetch(`${url}${spec.overPath}`)).text()),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function listening(child: ChildProcess, { name, listening }: ContenderSpec, log: string): Promise<string> {
  const until = performance.now() + START_MS
  while (performance.now() < until && child.exitCode === null) {
    const address = listening.exec(readFileSync(log, 'utf8'))?.[1]
    if (address !== undefined) return address
    await sleep(5)
  }
  throw new Error(`${name} did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  const patience = setTimeout(() => child.kill('SIGKILL'), 5000)
  child.kill('SIGTERM')
  await exited
  clearTimeout(patience)
}
