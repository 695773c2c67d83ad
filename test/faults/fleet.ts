import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProcessOptions, type ServiceProcess, startService } from './process.ts'

/** Replicas over one database, each started again when it is gone, as by a supervisor. */
export type Fleet = AsyncDisposable & {
  readonly replicas: readonly ServiceProcess[]
  /** How often a replica had to be started again. */
  readonly restarts: number
  /** Where the blocks leave their marks. */
  readonly log: string
  /** Resolves when replica `n` listens again, after it was ended. */
  replaced(n: number): Promise<void>
}

export type FleetOptions = ProcessOptions & {
  readonly replicas: number
  readonly settings: Record<string, string>
  /** What replica `n` has of its own. */
  readonly settingsOf?: (n: number) => Record<string, string>
}

export async function startFleet({ replicas: count, settings, settingsOf, ...options }: FleetOptions): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-faults-'))
  const log = join(folder, 'marks')
  const environment = {
    BLOCKS: join(import.meta.dirname, 'blocks.ts'),
    FAULT_LOG: log,
    FAULT_DIR: folder,
    LOG_LEVEL: 'info',
    ...settings,
  }
  const start = (n: number): Promise<ServiceProcess> => startService({ ...environment, ...settingsOf?.(n) }, options)
  const replicas = await Promise.all(Array.from({ length: count }, (_, n) => start(n)))
  const replacing: Promise<void>[] = []
  let closing = false
  let restarts = 0
  /** A replica may die before it listens: it takes jobs up as soon as it has a lease. */
  const replace = async (n: number): Promise<void> => {
    while (!closing) {
      restarts++
      const replica = await start(n).catch(() => null)
      if (replica === null) continue
      replicas[n] = replica
      return watch(n)
    }
  }
  const watch = (n: number): void => {
    replacing[n] = (replicas[n] as ServiceProcess).exited.then(() => replace(n))
  }
  for (let n = 0; n < count; n++) watch(n)
  return {
    replicas,
    get restarts() {
      return restarts
    },
    log,
    replaced: async (n) => replacing[n],
    [Symbol.asyncDispose]: async () => {
      closing = true
      await Promise.all(replicas.map((replica) => replica.end('SIGKILL')))
      await Promise.all(replacing)
      await Promise.all(replicas.map((replica) => replica.end('SIGKILL')))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
