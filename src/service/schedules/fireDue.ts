import type { Fire } from '../../schedules/firer.ts'
import { openJobsWith } from '../../store/schedules/openJobs.ts'
import { scheduleLabel } from '../../wire/labels.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { ServiceDeps } from '../deps.ts'
import { cancelJob } from '../jobs/cancel.ts'
import { submitJob } from '../jobs/submit.ts'
import { type FireDeps, fireSchedule } from './fire.ts'
import { callerOfSchedule } from './rights.ts'
import { wholeJob } from './sealed.ts'

/** Makes what is due of a schedule, by the same rules as for whoever posts a job. */
export function firesSchedules(deps: ServiceDeps): Fire {
  const fireDeps: FireDeps = {
    callerOf: (schedule) => callerOfSchedule(deps, schedule),
    countOpenJobs: async ({ tenant, name }) => (await openJobsWith(deps.database, tenant, scheduleLabel(name))).length,
    cancelOpenJobs: async (caller, { tenant, name }) => {
      for (const id of await openJobsWith(deps.database, tenant, scheduleLabel(name))) {
        await cancelJob(deps, caller, id).catch(unlessOver)
      }
    },
    submit: async (caller, { id, schedule, moment, content, stored }, heldBack) => {
      const job = wholeJob(content.job, stored, deps.secrets)
      const madeBy = { schedule, scheduledFor: moment, heldBack }
      await submitJob(deps, caller, {
        definition: { ...job, id },
        text: null,
        idempotencyKey: null,
        wait: null,
        madeBy,
      })
    },
  }
  return (schedule, now, attentiveSince) => fireSchedule(fireDeps, schedule, now, attentiveSince)
}

/** It ended by itself meanwhile. */
function unlessOver(error: unknown): void {
  if (!(error instanceof ProblemError && (error.slug === 'job-finished' || error.slug === 'not-found'))) throw error
}
