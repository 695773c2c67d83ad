import type { Service } from '../service/service.ts'
import type { CallerFor } from './askFor.ts'
import { definitionsOf } from './definitions.ts'
import { jobsOf } from './jobs.ts'
import { questionsOf } from './questions.ts'
import { schedulesOf } from './schedules.ts'
import { secretsOf } from './secrets.ts'

/** The service for the program that holds it. */
export function doorsOf(service: Service, callerFor: CallerFor) {
  return {
    jobs: jobsOf(service, callerFor),
    questions: questionsOf(service, callerFor),
    definitions: definitionsOf(service, callerFor),
    schedules: schedulesOf(service, callerFor),
    secrets: secretsOf(service, callerFor),
  }
}
