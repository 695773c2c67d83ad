import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEXT_BOMBS } from '../engine/bombs/texts.ts'
import { VALUE_BOMBS } from '../engine/bombs/values.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { hostileJobs } from './inputs/jobs.ts'

let service: TestConduit

beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

describe('jobs that are meant to hurt', () => {
  test.each(hostileJobs)('$name ends with $status', async ({ step, status, type }) => {
    const job = await service.run({ tags: ['HTTP'], steps: [step] })
    expect([job.state, job.steps?.[0]?.status.name]).toEqual(['failed', status])
    expect(job.steps?.[0]?.return_value).toMatchObject({ type, message: expect.stringMatching(/^.{1,4096}$/s) })
  })

  test.each([...TEXT_BOMBS, ...VALUE_BOMBS])('$name: ends, is stored, and can be read', async ({ job, fails }) => {
    const { id, success } = await service.run(job())
    expect(success).toBe(fails === null)
    const read = await service.request('GET', `/v1/jobs/${id}`)
    expect([read.status, read.body.success]).toEqual([200, fails === null])
    expect((await service.request('GET', '/readyz')).status).toBe(200)
  })

  test('no request left the machine for an address that is not public', async () => {
    const blocked = await service.run({
      tags: ['HTTP'],
      variables: { host: '127.0.0.1' },
      steps: [{ action: 'HTTP.REQUEST', parameters: { url: 'http://{# host #}:5432/' } }],
    })
    expect(blocked.steps?.[0]?.return_value).toMatchObject({ type: 'InvalidArgument' })
  })
})
