import { expect, test, vi } from 'vitest'
import { Lease } from '../../../src/executor/lease/lease.ts'
import { createSignals } from '../../../src/signals.ts'
import { openDatabase } from '../../../src/store/client.ts'
import { Telemetry } from '../../../src/telemetry.ts'
import { createTestDatabase } from '../../support/database.ts'

const SECONDS = 3600

test('a hold covers a step with effects while half of the lease is left, and only if the lease did not run out since', async () => {
  await using empty = await createTestDatabase()
  const database = openDatabase({ connectionString: empty.url })
  await using _open = { [Symbol.asyncDispose]: () => database.close() }
  const options = { database, connectionString: empty.url, telemetry: new Telemetry(), signals: createSignals() }
  const lease = await Lease.open({ ...options, seconds: SECONDS, silenceSeconds: 60 })
  await using _lease = { [Symbol.asyncDispose]: () => lease.close() }
  await lease.kept
  const { lapses } = lease
  const began = Date.now()
  const covers = (share: number): boolean => {
    vi.useFakeTimers({ toFake: ['Date'], now: began + share * SECONDS * 1000 })
    try {
      return lease.covers(lapses)
    } finally {
      vi.useRealTimers()
    }
  }
  expect([0, 0.45, 0.55, 0.95, 1.5].map(covers)).toEqual([true, true, false, false, false])
  expect([lapses - 1, lapses + 1].map((proved) => lease.covers(proved))).toEqual([false, false])
})
