import { describe, expect, test } from 'vitest'
import { guardedConnector } from '../../src/outbound/connector.ts'
import { AddressRefused } from '../../src/outbound/errors.ts'
import { SPECIAL_ADDRESSES } from './hosts.ts'
import { startReceiver } from './receiver.ts'

/** Connects to a literal address, which no resolver is asked about. */
function connect(hostname: string, port: number, allowPrivate: boolean): Promise<string | undefined> {
  const resolve = () => Promise.reject(new Error('a literal address was resolved'))
  const connector = guardedConnector({ allowPrivate, resolve, timeout: 1000 })
  return new Promise((done, fail) => {
    connector({ hostname, protocol: 'http:', port: String(port) }, (error, socket) => {
      if (error) fail(error)
      else done(socket.destroy().remoteAddress)
    })
  })
}

describe('guardedConnector', () => {
  test.each([...SPECIAL_ADDRESSES, 'localhost', 'a.localhost.'])('refuses %s', async (hostname) => {
    await expect(connect(hostname, 80, false)).rejects.toThrow(AddressRefused)
  })

  test('makes no connection to what it refuses', async () => {
    await using receiver = await startReceiver()
    await expect(connect('127.0.0.1', receiver.port, false)).rejects.toThrow(AddressRefused)
    expect(receiver.connections()).toBe(0)
  })

  test('connects to private addresses where they are allowed', async () => {
    await using receiver = await startReceiver()
    await connect('127.0.0.1', receiver.port, true)
    expect(receiver.connections()).toBe(1)
  })
})
