import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectFlow, expectRefused, flowCases } from '../cases/flowCases.ts'
import { testBlocks } from '../cases/testBlocks.ts'
import type { EventWire } from '../../src/wire/event.ts'
import type { FieldError } from '../../src/wire/problem.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: testBlocks })
})
afterAll(() => service[Symbol.asyncDispose]())

test.each(flowCases)('$name ends over HTTP as the reference says, or is refused', async (one) => {
  const { status, body } = await service.request('POST', '/v1/jobs', one.job, { prefer: 'wait=60' })
  if (one.refused !== undefined) {
    expect(status).toBe(422)
    return expectRefused(
      one,
      body.errors.map(({ pointer }: FieldError) => pointer),
    )
  }
  const events = await listedEvents(body.id)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
  const records = events.flatMap((event) => (event.type === 'step.updated' ? [event.data.step] : []))
  expectFlow(one, body, records)
  expect(events).toHaveLength(one.expected?.events ?? 0)
  const { data } = (await service.request('GET', `/v1/jobs/${body.id}/steps?parent=*&limit=200`)).body
  const recorded = data.filter((step: { finished_at: unknown }) => step.finished_at !== null)
  // An event tells of the same step, and of less: nothing that is counted, or kept beside it.
  expect(recorded).toMatchObject(records.slice(0, recorded.length))
})

async function listedEvents(id: string): Promise<EventWire[]> {
  const events: EventWire[] = []
  for (;;) {
    const { body } = await service.request('GET', `/v1/jobs/${id}/events?limit=1000&after=${events.length}`)
    events.push(...body.data)
    if (body.data.length < 1000) return events
  }
}
