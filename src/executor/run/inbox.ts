import type { JobMessage } from '../../engine/run/entry.ts'
import { deliver } from '../../engine/run/run.ts'
import { parseJson, parseObject } from '../../engine/values/parseJson.ts'
import type { Database } from '../../store/client.ts'
import { countSignals, type PendingSignal, readSignals } from '../../store/waits/signal.ts'
import type { Telemetry } from '../../telemetry.ts'
import type { ActiveRun } from './activeRun.ts'

/** Hands runs what was sent to their jobs: each thing once, in the order in which it came. */
export class Inbox {
  readonly #database: Database
  readonly #telemetry: Telemetry

  constructor(database: Database, telemetry: Telemetry) {
    this.#database = database
    this.#telemetry = telemetry
  }

  /** Hands a run what was sent to its job and is not known here yet. Where the database is away, a later look finds it. */
  async fetch(active: ActiveRun): Promise<void> {
    try {
      await this.#handOver(active)
    } catch (error) {
      this.#telemetry.emit('databaseFailed', { during: 'reading signals', error })
    }
  }

  /** The same for a run that goes on from its record: all that is kept was not taken yet. Throws where it can't be read. */
  async fetchAll(active: ActiveRun, known: number): Promise<void> {
    active.signals = 0
    if (known > 0) await this.#handOver(active)
    active.signals = Math.max(active.signals, known)
  }

  /**
   * The same before a wait ends by its time: whoever was let in before that moment may be just committing. The lock of the
   * job's row waits for them, and who comes later is refused.
   */
  async settle(active: ActiveRun): Promise<void> {
    try {
      const sent = await countSignals(this.#database, active)
      if (sent > active.signals) await this.#handOver(active)
    } catch (error) {
      this.#telemetry.emit('databaseFailed', { during: 'reading signals', error })
    }
  }

  async #handOver(active: ActiveRun): Promise<void> {
    for (const sent of await readSignals(this.#database, active, active.signals)) {
      // Another look may have been faster.
      if (sent.number <= active.signals) continue
      active.signals = sent.number
      deliver(active.run, messageOf(sent))
    }
  }
}

function messageOf({ kind, number, name, body }: PendingSignal): JobMessage {
  if (kind === 'signal') return { kind, number, name, body: parseJson(body) }
  const content = parseObject(body)
  switch (kind) {
    case 'answer': {
      const { value = null, by, at } = content
      return { kind, number, path: name, value, by: typeof by === 'string' ? by : '', at: Number(at) }
    }
    case 'child': {
      const { success, output = null, error = null } = content
      return { kind, number, id: name, success: success === true, output, error }
    }
  }
}
