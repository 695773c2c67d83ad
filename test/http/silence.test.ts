import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'

test('a close waits for no connection on which nothing was ever said, but for a request that is on its way', async () => {
  await using service = await startConduit({ settings: { PORT: '0' } })
  const { port } = new URL(await service.conduit.listen())
  const order: string[] = []
  const open = async (name: string, beginning: string): Promise<Socket> => {
    const accepted = once(service.conduit.http.server, 'connection')
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.on('close', () => order.push(name))
    socket.resume()
    await accepted
    socket.write(beginning)
    return socket
  }
  const asking = await open('asks', 'GET /livez HTTP/1.1\r\nHost: localhost\r\n')
  const silent = await open('silent', '')
  const closing = service.conduit.close()
  await once(silent, 'close')
  expect(order).toEqual(['silent'])
  asking.write('\r\n')
  const [answer] = await once(asking, 'data')
  expect(String(answer)).toContain('200 OK')
  await closing
})
