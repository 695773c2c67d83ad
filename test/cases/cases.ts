import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { JobWire } from '../../src/wire/job.ts'

export type ReferenceCase = {
  readonly name: string
  readonly job: object
  readonly loose?: boolean
  readonly expected: {
    readonly success: boolean
    readonly failed_step: string | null
    readonly steps: readonly { id: string; position: number; status: string; value: number; return_value: unknown }[]
    readonly variables: object
    readonly events: readonly string[]
  }
}

/** What jobs must end in: 232 definitions with their outcomes. */
export const referenceCases = JSON.parse(
  readFileSync(join(import.meta.dirname, 'jobs.json'), 'utf8'),
) as readonly ReferenceCase[]

/** Compares a job that is over with what its case expects; return values count for `DONE` only. */
export function expectCase({ expected, loose }: ReferenceCase, job: JobWire): void {
  expect(job.success).toBe(expected.success)
  expect(job.failed_step).toBe(expected.failed_step)
  expect(job.variables).toEqual(expected.variables)
  const compared = (status: string): boolean => status === 'DONE' && loose !== true
  expect(
    job.steps?.map(({ id, position, status, return_value }) => ({
      id,
      position,
      status: status.name,
      value: status.value,
      return_value: compared(status.name) ? return_value : null,
    })),
  ).toEqual(expected.steps.map((step) => (compared(step.status) ? step : { ...step, return_value: null })))
}
