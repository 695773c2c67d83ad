import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { Command } from 'commander'
import { listOf } from '../config/listOf.ts'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { note } from '../terminal/output.ts'

/** Editors write a file in several strokes. */
const SETTLE_MS = 50
/** The setting is above 0. */
const LEAST_SECONDS = '0.01'

/** `conduit dev`: the service, started again whenever a module of BLOCKS changes. Its jobs go on where they stood. */
export function devCommand(): Command {
  return new Command('dev')
    .description('Runs the service and starts it again when a block module changes.')
    .action(async () => {
      const modules = listOf(process.env['BLOCKS'] ?? '').map((path) => resolve(path))
      if (modules.length === 0)
        throw new CommandError('set BLOCKS to the modules to watch, e.g. BLOCKS=./blocks.ts', EXIT.usage)
      await new Development(modules).run()
    })
}

class Development {
  readonly #modules: ReadonlySet<string>
  #service: ChildProcess | null = null
  #ending = false
  /** The service is stopped for a change, and so is started again however it ended. */
  #isChanged = false
  #settling: NodeJS.Timeout | undefined

  constructor(modules: readonly string[]) {
    this.#modules = new Set(modules)
  }

  /** Ends with the first signal, when the service has ended. */
  async run(): Promise<void> {
    const watchers = this.#watch()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.#end())
    while (!this.#ending) {
      this.#isChanged = false
      this.#service = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', 'start'], {
        stdio: 'inherit',
        // Steps in hand are given back at once: they go on in the next process.
        env: { ...process.env, SHUTDOWN_SECONDS: process.env['SHUTDOWN_SECONDS'] ?? LEAST_SECONDS },
      })
      const [code] = (await once(this.#service, 'exit')) as [number | null]
      this.#service = null
      if (!this.#ending && !this.#isChanged && code !== 0) await this.#waitForChange()
    }
    for (const watcher of watchers) watcher.close()
  }

  #watch(): FSWatcher[] {
    const folders = new Set([...this.#modules].map((path) => dirname(path)))
    return [...folders].map((folder) =>
      watch(folder, (_event, name) => {
        if (name === null || /\.[cm]?[jt]s$/.test(basename(name))) this.#notice(name)
      }),
    )
  }

  #notice(name: string | null): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => {
      note(`conduit dev: ${name ?? 'a module'} changed, starting again`)
      this.#isChanged = true
      this.#service?.kill('SIGTERM')
      this.#wake?.()
    }, SETTLE_MS)
  }

  #wake: (() => void) | null = null

  /** A module that can't be loaded: there is nothing to run until it is mended. */
  async #waitForChange(): Promise<void> {
    note('conduit dev: the service ended; waiting for a change')
    const { promise, resolve: go } = Promise.withResolvers<void>()
    this.#wake = go
    await promise
    this.#wake = null
  }

  #end(): void {
    this.#ending = true
    clearTimeout(this.#settling)
    this.#service?.kill('SIGTERM')
    this.#wake?.()
  }
}
