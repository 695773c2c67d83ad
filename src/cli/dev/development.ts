import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { entryUrl } from '../../entries.ts'
import { note } from '../../terminal/output.ts'

/** Editors write a file in several strokes. */
const SETTLE_MS = 50
/** The setting is above 0. */
const LEAST_SECONDS = '0.01'
/** As `npm start` has it: a start allocates much that lives on. */
const NODE_OPTIONS = ['--max-semi-space-size=16']

const RESERVE = fileURLToPath(entryUrl('cli/dev/reserve'))

/**
 * A service and, once it listens, a second process that has loaded everything but the modules: the next one to run. When a
 * module changes the first ends, and the second begins.
 */
export class Development {
  readonly #modules: ReadonlySet<string>
  #service: ChildProcess | null = null
  #reserve: ChildProcess | null = null
  #ending = false
  /** The service is stopped for a change, and so is started again however it ended. */
  #isChanged = false
  #settling: NodeJS.Timeout | undefined
  #wake: (() => void) | null = null

  /** @param modules the absolute paths of the modules to watch */
  constructor(modules: readonly string[]) {
    this.#modules = new Set(modules)
  }

  /** Ends with the first signal, when the service has ended. */
  async run(): Promise<void> {
    const watchers = this.#watch()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.#end())
    while (!this.#ending) {
      this.#isChanged = false
      const code = await this.#serve()
      if (!this.#ending && !this.#isChanged && code !== 0) await this.#waitForChange()
    }
    this.#reserve?.kill()
    for (const watcher of watchers) watcher.close()
  }

  /** One life of the service, until its process has ended. */
  async #serve(): Promise<number | null> {
    const service = this.#reserve ?? load()
    this.#reserve = null
    this.#service = service
    service.once('message', () => this.#keepReserve())
    service.send('begin')
    const [code] = (await once(service, 'exit')) as [number | null]
    this.#service = null
    return code
  }

  #keepReserve(): void {
    if (this.#ending || this.#reserve !== null) return
    const reserve = load()
    this.#reserve = reserve
    reserve.once('exit', () => {
      if (this.#reserve === reserve) this.#reserve = null
    })
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

  /** A module that can't be loaded: there is nothing to run until it is mended. */
  async #waitForChange(): Promise<void> {
    note('conduit dev: the service ended; waiting for a change')
    this.#keepReserve()
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

function load(): ChildProcess {
  return fork(RESERVE, {
    execArgv: [...process.execArgv, ...NODE_OPTIONS],
    // Steps in hand are given back at once: they go on in the next process.
    env: { ...process.env, SHUTDOWN_SECONDS: process.env['SHUTDOWN_SECONDS'] ?? LEAST_SECONDS },
  })
}
