import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createOutbound } from '../../src/outbound/dispatcher.ts'
import { RequestFailed } from '../../src/outbound/errors.ts'
import { turns } from '../../src/process/turns.ts'
import { attemptDelivery } from '../../src/webhooks/attempt.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { addWebhook, attempts, LOCAL } from './delivery.ts'

/** What happened, in order: somebody asked whether there is time left, or a message was signed. */
const happened: ('asked' | 'signed')[] = []

vi.mock('../../src/webhooks/signature.ts', async (original) => {
  const { sign } = await original<typeof import('../../src/webhooks/signature.ts')>()
  return {
    sign: (...given: Parameters<typeof sign>) => {
      happened.push('signed')
      return sign(...given)
    },
  }
})

beforeAll(() => {
  const hasTime = turns.hasTime.bind(turns)
  vi.spyOn(turns, 'hasTime').mockImplementation(() => {
    happened.push('asked')
    return hasTime()
  })
})
afterAll(() => {
  vi.restoreAllMocks()
})

const WEBHOOKS = 20
const MESSAGE = { tenant: 'default', id: 'msg_1' }

test('of many messages that come at once each asks for its time before it is signed: none is signed in the time of another', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  for (let i = 0; i < WEBHOOKS; i++) await addWebhook(service, `${receiver.url}/${i}`, { events: ['job.finished'] })
  const delivered = attempts(service.conduit.telemetry, WEBHOOKS)
  happened.length = 0
  await service.run({ steps: [] })
  await delivered
  const before = happened.flatMap((what, i) => (what === 'signed' ? [happened[i - 1]] : []))
  expect(before).toEqual(Array.from({ length: WEBHOOKS }, () => 'asked'))
})

test('a message to a name that nobody knows is not signed: nothing is sent', async () => {
  const resolve = () => Promise.reject(new RequestFailed('NAME_NOT_RESOLVED', 'nobody knows it', null))
  await using outbound = createOutbound({ allowPrivate: true, resolve })
  const composed = { url: 'http://nobody.invalid/', body: Buffer.from('{}'), secrets: ['whsec_AAAA'] }
  happened.length = 0
  const stop = new AbortController().signal
  const options = { outbound, now: () => Date.now(), timeoutMs: 60_000, stop }
  const result = await attemptDelivery({ ...composed, kind: 'composed', failingSince: null }, MESSAGE, options)
  expect(result).toMatchObject({ delivered: false, record: { status_code: null, error: 'nobody knows it' } })
  expect(happened).toEqual([])
})
