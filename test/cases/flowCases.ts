import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { JobWire, StepWire } from '../../src/wire/job.ts'
import { logged } from './testBlocks.ts'

type ExpectedStep = {
  readonly path: string
  readonly status: string
  readonly value: number
  readonly return_value?: unknown
  readonly type?: string
  readonly message?: string
  readonly child?: string
  readonly error?: string
  readonly attempt?: number
  readonly position?: number
  readonly parent?: string | null
}

/** A definition that steers, and what it must end in. */
export type FlowCase = {
  readonly name: string
  readonly job: object
  /** Pointers of the 422; of a list in it any one. */
  readonly refused?: readonly (string | readonly string[])[]
  readonly expected?: {
    readonly success: boolean
    readonly failed_step: string | null
    readonly output?: unknown
    readonly variables: object
    readonly steps: readonly ExpectedStep[]
    readonly events: number
    readonly calls?: readonly unknown[]
    readonly unordered?: boolean
  }
}

/** Definitions made with an independent reference. */
export const flowCases = JSON.parse(readFileSync(join(import.meta.dirname, 'flow.json'), 'utf8')) as readonly FlowCase[]

/** Compares a job that is over, and all records of it in the order of their events, with what its case expects. */
export function expectFlow(one: FlowCase, job: JobWire, records: readonly StepWire[]): void {
  const { expected } = one
  if (expected === undefined) throw new Error('the case expects a refusal')
  expect({ success: job.success, failed_step: job.failed_step, variables: job.variables }).toEqual({
    success: expected.success,
    failed_step: expected.failed_step,
    variables: expected.variables,
  })
  if ('output' in expected) expect(job.output).toEqual(expected.output)
  const shown = records.map((record, i) => shape(record, expected.steps[i]))
  const wanted = expected.steps
  const order = (list: readonly { path: string }[]) => list.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  if (expected.unordered === true) {
    const byPath = new Map(wanted.map((step) => [step.path, step]))
    expect(order(records.map((record) => shape(record, byPath.get(record.path))))).toEqual(order(wanted))
  } else expect(shown).toEqual(wanted)
  // Waits are told too, but are no records.
  const waits = JSON.stringify(one.job).match(/FLOW\.(?:SIGNAL|ASK)/g)?.length ?? 0
  expect(records.length + waits + 1).toBe(expected.events)
  if (expected.calls !== undefined) expect(logged.get(job.id) ?? []).toEqual(expected.calls)
}

/** Compares the pointers of a refusal with those that must be among them. */
export function expectRefused({ refused = [] }: FlowCase, pointers: readonly string[]): void {
  for (const wanted of refused) {
    const choices = typeof wanted === 'string' ? [wanted] : wanted
    expect(
      pointers.some((pointer) => choices.includes(pointer)),
      `${choices.join()} in ${pointers.join()}`,
    ).toBe(true)
  }
}

/** Of a record what its case says something about. */
function shape(record: StepWire, wanted: ExpectedStep | undefined): Record<string, unknown> & { path: string } {
  const value = record.return_value
  const all: Record<string, unknown> = {
    path: record.path,
    status: record.status.name,
    value: record.status.value,
    return_value: value,
    type: at(value, 'type'),
    message: at(value, 'message'),
    child: at(value, 'step'),
    error: at(record.error, 'type'),
    attempt: record.attempt,
    position: record.position,
    parent: record.parent,
  }
  const keys = Object.keys(wanted ?? { path: '', status: '', value: 0, return_value: null })
  return { path: record.path, ...Object.fromEntries(keys.map((key) => [key, all[key]])) }
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
