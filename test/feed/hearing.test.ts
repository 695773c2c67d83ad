import { expect, test, vi } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import type { Rhythm } from '../../src/store/notifier/hearing.ts'
import { Listener, NOTIFY } from '../../src/store/notifier/listener.ts'
import { readAddress } from '../../src/store/postgres/address.ts'
import { statement } from '../../src/store/statement.ts'
import { type Proxy, startProxy } from '../faults/proxy.ts'
import { createTestDatabase } from '../support/database.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const RHYTHM: Rhythm = { beatMs: 50, hearMs: 100, askMs: 50 }
const SEND = statement({ name: 'test notify', text: NOTIFY })

/** A listener behind a proxy that it has alone, how what it says was sent (each time with `behind`), and what it told. */
async function listen(stack: AsyncDisposableStack, behind: readonly string[] = []) {
  const { url } = stack.use(await createTestDatabase())
  const line: Proxy = stack.use(await startProxy(url))
  const database = openDatabase({ connectionString: url, max: 2 })
  stack.defer(() => database.close())
  const told: string[] = []
  const heard: string[] = []
  const sending = { beats: 0, fails: false }
  const listener = new Listener({
    address: readAddress(line.url),
    sendElsewhere: async (payload) => {
      sending.beats++
      if (sending.fails) throw new Error('no connection is free')
      await database.query(SEND, [[payload, ...behind]])
    },
    hello: 'hello',
    here: 'here',
    onPayload: (payload) => heard.push(payload),
    onListening: () => told.push('hears'),
    onDeaf: ({ name }) => told.push(name),
    rhythm: RHYTHM,
  })
  stack.defer(() => listener.close())
  await vi.waitFor(() => expect(told).toEqual(['hears']), { timeout: PATIENCE_MS })
  /** Waits for so many more beats. */
  const beat = async (times: number): Promise<void> => {
    const until = sending.beats + times
    await vi.waitFor(() => expect(sending.beats).toBeGreaterThanOrEqual(until), { timeout: PATIENCE_MS })
  }
  return { line, told, heard, sending, beat }
}

test('a line that brings everything late hears: a busy server is not taken for a deaf one', async () => {
  await using stack = new AsyncDisposableStack()
  const { line, told, beat } = await listen(stack)
  line.delay(2 * RHYTHM.hearMs)
  await beat(8)
  expect(told).toEqual(['hears'])
})

test('heartbeats that could not be sent say nothing of the line', async () => {
  await using stack = new AsyncDisposableStack()
  const { told, sending, beat } = await listen(stack)
  sending.fails = true
  await beat(8)
  sending.fails = false
  await beat(8)
  expect(told).toEqual(['hears'])
})

test('an event loop that was held for longer than a heartbeat may take hears', async () => {
  await using stack = new AsyncDisposableStack()
  const { told, beat } = await listen(stack)
  for (let n = 0; n < 4; n++) {
    const until = performance.now() + 3 * RHYTHM.hearMs
    while (performance.now() < until);
    await beat(1)
  }
  expect(told).toEqual(['hears'])
})

test('a line that is silent while statements are answered elsewhere is given up, and another one hears', async () => {
  await using stack = new AsyncDisposableStack()
  const { line, told } = await listen(stack)
  line.silence()
  await vi.waitFor(() => expect(told).toEqual(['hears', 'NotHeard', 'hears']), { timeout: PATIENCE_MS })
})

test('a line that is silent is not given up while nothing is answered elsewhere either', async () => {
  await using stack = new AsyncDisposableStack()
  const { line, told, sending, beat } = await listen(stack)
  await beat(1)
  line.silence()
  sending.fails = true
  await beat(12)
  expect(told).toEqual(['hears'])
})

test('what others say at the moment it begins to listen is heard', async () => {
  await using stack = new AsyncDisposableStack()
  const { heard } = await listen(stack, ['another'])
  expect(heard).toEqual(['hello', 'another'])
})
