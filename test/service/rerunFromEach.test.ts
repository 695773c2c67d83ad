import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flowCases } from '../cases/flowCases.ts'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: testBlocks })
})
afterAll(() => service[Symbol.asyncDispose]())

/** Whether a round that sleeps is over before another fails is a matter of the machine. */
const RACING = 'each.concurrent-stop-lets-rounds-end'

/** What depends on nothing but its definition. */
const steady = flowCases.filter(
  ({ name, job, refused }) =>
    refused === undefined &&
    !/FLAKY|TOUCH|now|uuid|SLEEP|ASK|SIGNAL|JOB/.test(JSON.stringify(job)) &&
    name !== 'expr.job' &&
    name !== RACING,
)

describe('from each step of its record, a job', () => {
  test.concurrent.each(steady)('$name ends as the whole did', async ({ job }) => {
    const { jobs } = service.conduit
    const told = async (id: string): Promise<string[]> => {
      const events = await Array.fromAsync(jobs.events(id))
      return events.flatMap((event) => {
        if (event.type !== 'step.updated') return []
        const { path, status, return_value: value } = event.data.step
        return status.name === 'STOPPED' ? [] : [JSON.stringify([path, status.name, value])]
      })
    }
    const whole = await jobs.get((await jobs.submit(job)).id, { wait: 30 })
    const record = await told(whole.id)
    for (const one of record) {
      const [path] = JSON.parse(one) as [string]
      const made = await jobs.rerun(whole.id, { from: path })
      const ended = await jobs.get(made.id, { wait: 30 })
      expect([ended.state, ended.output, ended.variables], path).toEqual([whole.state, whole.output, whole.variables])
      expect(new Set(await told(made.id)), path).toEqual(new Set(record))
    }
  })
})
