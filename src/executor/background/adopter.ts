import type { Database } from '../../store/client.ts'
import { adoptOldJobs } from '../../store/jobs/oldForm.ts'
import type { Telemetry } from '../../telemetry.ts'
import { type BackgroundLoop, every } from '../every.ts'

/** What the version before queued is found this soon. */
const ADOPT_MS = 500

/** Takes jobs over that replicas of the version before queued, or left. */
export function startAdopter(
  database: Database,
  leaseSeconds: number,
  telemetry: Telemetry,
  onQueued: () => void,
): BackgroundLoop {
  return every(ADOPT_MS, telemetry, 'taking jobs over from the version before', async () => {
    if ((await adoptOldJobs(database, leaseSeconds)) > 0) onQueued()
  })
}
