import { findOrphans, tellParents, type ToldParent } from '../../store/jobs/children.ts'
import type { Database } from '../../store/client.ts'
import type { Telemetry } from '../../telemetry.ts'
import { type BackgroundLoop, every } from '../every.ts'

/** Ends that nobody told of, since their replica died, are looked for this often. */
const LOOK_MS = 500

/** A parent that is being written is tried again so soon. */
const AGAIN_MS = 10

/** Children without a parent come only of replicas that were frozen while they made them. */
const ORPHANS_MS = 30_000

const BATCH = 64

/** What the ends of children are read from, and who is told. */
export type TellerDeps = {
  readonly database: Database
  readonly telemetry: Telemetry
  /** A parent has a message: whoever runs it is to take it, or somebody is to claim it. */
  readonly onTold: (parent: ToldParent) => void
  /** A child runs, and its parent is over. */
  readonly onOrphan: (child: { readonly id: string; readonly tenant: string; readonly parent: string }) => Promise<void>
  /** How often children without a parent are looked for. Default 30 s. */
  readonly orphansMs?: number
}

/** Tells parents of the ends of their children: those that ended here at once, what others left soon after. */
export class Teller {
  readonly #deps: TellerDeps
  readonly #loops: readonly BackgroundLoop[]
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #asked = false
  #stopped = false

  constructor(deps: TellerDeps) {
    this.#deps = deps
    const { database, telemetry, onOrphan, orphansMs = ORPHANS_MS } = deps
    this.#loops = [
      every(LOOK_MS, telemetry, 'telling of child jobs', async () => this.look()),
      every(orphansMs, telemetry, 'looking for child jobs without a parent', async () => {
        for (const orphan of await findOrphans(database)) await onOrphan(orphan)
      }),
    ]
  }

  /** A child is over. */
  look(): void {
    this.#asked = true
    if (this.#running !== null || this.#stopped) return
    this.#running = this.#tell().finally(() => {
      this.#running = null
      if (this.#asked) this.look()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await Promise.all(this.#loops.map((loop) => loop.stop()))
    await this.#running
  }

  async #tell(): Promise<void> {
    this.#asked = false
    const { database, telemetry, onTold } = this.#deps
    try {
      const { parents, left } = await tellParents(database, BATCH)
      for (const parent of parents) onTold(parent)
      if (left > 0) this.#lookAgain()
      else if (parents.length > 0) this.#asked = true
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'telling of child jobs', error })
    }
  }

  #lookAgain(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.look()
    }, AGAIN_MS)
  }
}
