import type { Database } from '../../store/client.ts'
import { keepProgress, type NewProgress } from '../../store/jobs/progress.ts'
import type { Telemetry } from '../../telemetry.ts'
import type { Slots } from '../queue/slots.ts'
import type { ActiveRun } from '../run/activeRun.ts'
import { type BackgroundLoop, every } from '../every.ts'

const KEEP_MS = 500

/** So much is kept of one job; what its other steps said is only told live. */
const MAX_BYTES = 65_536

/** Whose progress is written, and where. */
export type ProgressKeeperDeps = { readonly database: Database; readonly slots: Slots; readonly telemetry: Telemetry }

/**
 * Keeps with its job what each step said last of how far it is, so that every replica shows it. Twice a second, in one
 * statement for all jobs that said something new: blocks may say it as often as they like.
 */
export function startProgressKeeper({ database, slots, telemetry }: ProgressKeeperDeps): BackgroundLoop {
  return every(KEEP_MS, telemetry, 'keeping progress', async () => {
    const said: NewProgress[] = []
    for (const active of slots.values()) {
      if (!active.progressNew || active.ending || active.fence === '') continue
      active.progressNew = false
      said.push({ tenant: active.tenant, id: active.id, fence: active.fence, said: textOf(active) })
    }
    if (said.length === 0) return
    const kept = new Set((await keepProgress(database, said)).map(({ fence }) => fence))
    for (const { fence, ...job } of said) {
      const active = slots.get(job)
      if (!kept.has(fence) && active?.fence === fence) active.progressNew = true
    }
  })
}

function textOf({ progress }: ActiveRun): string {
  const parts: string[] = []
  let bytes = 0
  for (const [path, { last }] of progress) {
    const part = `${JSON.stringify(path)}:${JSON.stringify(last)}`
    bytes += Buffer.byteLength(part) + 1
    if (bytes > MAX_BYTES) break
    parts.push(part)
  }
  return `{${parts.join()}}`
}
