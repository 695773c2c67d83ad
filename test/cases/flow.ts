import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { JobWire } from '../../src/wire/job.ts'

/** A definition, and what it must end in, or where it must be refused. */
export type FlowCase = {
  readonly name: string
  readonly job: object
  readonly expected?: {
    readonly success: boolean
    readonly failed_step: string | null
    readonly output?: unknown
    readonly steps: readonly {
      readonly path: string
      readonly status: string
      readonly value: number
      readonly return_value?: unknown
      /** The type of the error in the return value. */
      readonly type?: string
    }[]
    readonly variables: object
  }
  /** Pointers that must be among the errors; of a list of them any one. */
  readonly refused?: readonly (string | readonly string[])[]
}

const all = JSON.parse(readFileSync(join(import.meta.dirname, 'flow.json'), 'utf8')) as readonly FlowCase[]

/** The cases of expressions and conditions, whose steps are one list. */
export const expressionCases = all.filter(
  ({ name, job }) => /^(expr|fn|error|refuse|if)\./.test(name) && !JSON.stringify(job).includes('"FLOW.'),
)

/** Compares a job that is over with what its case expects. */
export function expectFlowCase(expected: NonNullable<FlowCase['expected']>, job: JobWire): void {
  expect(job).toMatchObject({
    success: expected.success,
    failed_step: expected.failed_step,
    variables: expected.variables,
    ...('output' in expected ? { output: expected.output } : {}),
  })
  expect(job.steps?.length).toBe(expected.steps.length)
  expected.steps.forEach(({ path, status, value, ...more }, i) => {
    const step = job.steps?.[i]
    expect(step).toMatchObject({ id: path, status: { name: status, value } })
    if ('return_value' in more) expect(step?.return_value).toEqual(more.return_value)
    if ('type' in more) expect(step?.return_value).toMatchObject({ type: more.type })
  })
}

/** Compares the pointers of a refusal with those that must be among them. */
export function expectRefused(refused: NonNullable<FlowCase['refused']>, pointers: readonly string[]): void {
  for (const wanted of refused) {
    const choices = typeof wanted === 'string' ? [wanted] : wanted
    expect(
      pointers.some((pointer) => choices.includes(pointer)),
      `${choices.join()} in ${pointers.join()}`,
    ).toBe(true)
  }
}
