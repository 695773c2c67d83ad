import type { Fire } from '../../schedules/firer.ts'
import type { ScheduleOutcome } from '../../store/schedules/fire.ts'
import { countOpenJobs, openJobsOf } from '../../store/schedules/openJobs.ts'
import type { StoredSchedule } from '../../store/schedules/read.ts'
import type { Telemetry } from '../../telemetry.ts'
import { ProblemError } from '../../wire/problem.ts'
import { readSchedule, STORED_SCHEDULE } from '../../wire/schedule.ts'
import type { Caller } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { cancelJob } from '../jobs/cancel.ts'
import { submitJob } from '../jobs/submit.ts'
import { type FireDeps, fireSchedule, MOST_HELD_BACK } from './fire.ts'
import { callerOfSchedule } from './rights.ts'
import { wholeJob } from './sealed.ts'

/**
 * Makes what is due of schedules, by the same rules as for whoever posts a job. What many that are due at one moment need to
 * know is asked for once: whose rights they have, and what of them is not over.
 */
export function firesSchedules(deps: ServiceDeps, telemetry: Telemetry): Fire {
  return async (schedules, now, attentiveSince) => {
    const fireDeps = { ...(await knownOf(deps, schedules)), ...actsOf(deps) }
    const fired = schedules.map((schedule) =>
      fireSchedule(fireDeps, schedule, now, attentiveSince).catch((error: unknown): null => {
        telemetry.emit('databaseFailed', { during: 'firing a schedule', error })
        return null
      }),
    )
    return (await Promise.all(fired)).filter((outcome): outcome is ScheduleOutcome => outcome !== null)
  }
}

type Known = Pick<FireDeps, 'callerOf' | 'countOpenJobs'>

async function knownOf(deps: ServiceDeps, schedules: readonly StoredSchedule[]): Promise<Known> {
  const { database } = deps
  const callers = new Map<string, Promise<Caller | string>>()
  const waiting = schedules.filter(({ content }) => waits(content))
  const counts = waiting.length === 0 ? [] : await countOpenJobs(database, waiting, MOST_HELD_BACK + 1)
  const open = new Map(waiting.map((schedule, i) => [schedule, counts[i] ?? 0]))
  return {
    callerOf: (schedule) => {
      const key = `${schedule.tenant}\n${schedule.created_by ?? ''}`
      const caller = callers.get(key) ?? callerOfSchedule(deps, schedule)
      callers.set(key, caller)
      return caller
    },
    countOpenJobs: async (schedule) => {
      const known = open.get(schedule)
      // The next firing of the same schedule finds the job that this one made.
      open.delete(schedule)
      return known ?? (await openJobsOf(database, schedule.tenant, schedule.name)).length
    },
  }
}

function waits(content: string): boolean {
  try {
    const { overlap } = readSchedule(STORED_SCHEDULE.read(content))
    return overlap === 'skip' || overlap === 'queue'
  } catch {
    // It can't be read: its own firing stops it, and the others go on.
    return false
  }
}

function actsOf(deps: ServiceDeps): Pick<FireDeps, 'cancelOpenJobs' | 'open' | 'submit'> {
  return {
    cancelOpenJobs: async (caller, { tenant, name }) => {
      for (const id of await openJobsOf(deps.database, tenant, name)) {
        await cancelJob(deps, caller, id).catch(unlessOver)
      }
    },
    open: ({ content, stored }) => wholeJob(content.job, stored, deps.secrets),
    submit: async (caller, { id, schedule, moment }, job, heldBack) => {
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
}

/** It ended by itself meanwhile. */
function unlessOver(error: unknown): void {
  if (!(error instanceof ProblemError && (error.slug === 'job-finished' || error.slug === 'not-found'))) throw error
}
