import { once } from 'node:events'
import { expect, test } from 'vitest'
import { Telemetry, type TelemetryEvents } from '../../src/telemetry.ts'
import { startConduit } from '../support/conduit.ts'

const THREE = { steps: ['a', 'b', 'c'].map((id) => ({ id, action: 'TIME.SLEEP', parameters: { seconds: 0 } })) }

test('a listener that throws keeps the others from nothing, and is told of', () => {
  const telemetry = new Telemetry()
  const heard: string[] = []
  const failures: TelemetryEvents['listenerFailed'][0][] = []
  telemetry.on('listenerFailed', (failure) => failures.push(failure))
  telemetry.on('claimed', () => {
    throw new Error('ours')
  })
  telemetry.on('claimed', () => heard.push('second'))
  telemetry.emit('claimed', { jobs: 1 })
  expect([heard, failures.map(({ event }) => event)]).toEqual([['second'], ['claimed']])
})

test('a listener whose promise fails is told of as well', async () => {
  const telemetry = new Telemetry()
  const failed = once(telemetry, 'listenerFailed')
  telemetry.on('claimed', async () => {
    throw new Error('ours')
  })
  telemetry.emit('claimed', { jobs: 1 })
  expect(await failed).toMatchObject([{ event: 'claimed', error: { message: 'ours' } }])
})

test('a listener of every event that throws costs a service no hook, no answer and no event', async () => {
  const telemetry = new Telemetry()
  const hooks: string[] = []
  await using service = await startConduit({
    telemetry,
    onStepUpdate: (_job, { id }) => void hooks.push(id),
    onJobFinish: (job) => void hooks.push(job.state),
  })
  for (const event of ['recorded', 'jobFinished', 'claimed', 'stepFinished', 'streamOpened'] as const) {
    telemetry.prependListener(event, () => {
      throw new Error('ours')
    })
  }
  const { jobs } = service.conduit
  const job = await jobs.submit(THREE, { wait: 20 })
  expect(job.state).toBe('succeeded')
  const events = await Array.fromAsync(jobs.events(job.id))
  expect(events.map(({ type }) => type)).toEqual(['step.updated', 'step.updated', 'step.updated', 'job.finished'])
  await service.conduit.close()
  expect(hooks).toEqual(['a', 'b', 'c', 'succeeded'])
})
