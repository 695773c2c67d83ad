import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineBlock } from '../../../src/engine/block.ts'
import { Type } from 'typebox'
import { startConduit, type TestConduit } from '../../support/conduit.ts'

// What an operator reads of a step that failed: one line, without a value of the job.

type Line = { readonly level: number; readonly msg: string; readonly [field: string]: unknown }
const lines: Line[] = []
const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) })

const broken = defineBlock({
  action: 'OWN.BROKEN',
  description: 'Has a bug.',
  parameters: Type.Object({ name: Type.String() }),
  returns: Type.Null(),
  examples: [],
  run: ({ name }) => {
    throw new RangeError(`no account of ${name}\n    at secret (place:1:1)`)
  },
})

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: [broken], log })
})
afterAll(() => service[Symbol.asyncDispose]())

async function failed(job: object): Promise<Line[]> {
  const { id } = await service.run(job)
  return lines.filter((line) => line['job'] === id && line.msg === 'a step failed')
}

const fail = (message: string) => ({ action: 'FLOW.FAIL', id: 'stop', parameters: { type: 'NoStock', message } })

describe('a step that failed', () => {
  test('is one line at warn, with its step, action, status, type and message', async () => {
    const told = await failed({ steps: [{ action: 'LOGIC.ASSERT', id: 'check', parameters: { value: false } }] })
    expect(told).toHaveLength(1)
    const expected = { level: 40, step: 'check', action: 'LOGIC.ASSERT', status: 'INVALID_ARGUMENT' }
    expect(told[0]).toMatchObject({ ...expected, type: 'InvalidArgument', tenant: 'default' })
    expect(told[0]).not.toHaveProperty('stack')
  })

  test.each([
    [{ local_values: { mail: 'ada@example.org' }, steps: [fail('no account of {< mail >} in the shop')] }],
    [{ variables: { a: { b: ['ada@example.org'] } }, steps: [fail('no account of {# a.b.0 #} in the shop')] }],
    [
      {
        steps: [
          { id: 'm', action: 'TEXT.JOIN', parameters: { text1: 'ada', text2: 'example' } },
          fail('no account of {: m :} in the shop'),
        ],
      },
    ],
    [{ local_values: { id: 7 }, steps: [fail('no account of {< id >} in the shop')] }],
  ])('is told up to the first value of its job: %j', async (job) => {
    const [line] = await failed(job)
    expect(line?.['message']).toBe('no account of')
  })

  test('is told with 200 characters of its message', async () => {
    const throws = { action: 'JSON.PARSE', parameters: { text: '{% variables.none %}' } }
    const [line] = await failed({ steps: [throws] })
    expect(String(line?.['message']).length).toBeLessThanOrEqual(200)
    expect(JSON.stringify(lines)).not.toContain('ada@example.org')
  })

  test('of an operator’s block has the frames of its stack, with the lines of its file, and no message', async () => {
    const line =
      readFileSync(import.meta.filename, 'utf8')
        .split('\n')
        .findIndex((text) => /throw new/.test(text)) + 1
    const [told] = await failed({ steps: [{ action: 'OWN.BROKEN', parameters: { name: 'ada@example.org' } }] })
    expect(told).toMatchObject({ status: 'UNHANDLED_EXCEPTION', type: 'RangeError', message: 'no account of' })
    const stack = told?.['stack'] as string[]
    expect(stack[0]).toContain(`failedSteps.test.ts:${line}:`)
    expect(stack.join('\n')).not.toMatch(/ada|secret/)
  })

  test('stands nowhere but in the log: no stack in its record, its events or the job', async () => {
    const job = await service.run({ steps: [{ action: 'OWN.BROKEN', parameters: { name: 'x' } }] })
    const { body } = await service.request('GET', `/v1/jobs/${job.id}/events`)
    expect(JSON.stringify([job, body])).not.toContain('failedSteps.test.ts')
  })
})

test('the job’s own end stays info, and a job that goes well has no line at warn', async () => {
  const good = await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
  expect(lines.filter((line) => line['job'] === good.id).map(({ level }) => level)).toEqual([30])
  const bad = await service.run({ steps: [fail('no')] })
  expect(lines.find((line) => line['job'] === bad.id && line.msg === 'job')?.level).toBe(30)
})
