import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/engine/values/json.ts'
import { runJob } from '../../../src/index.ts'
import { createOutbound } from '../../../src/outbound/dispatcher.ts'
import { get } from '../../outbound/get.ts'
import { startReceiver, startSocketServer } from '../../outbound/receiver.ts'

type Returned = { status: number; body: Json; type?: string; message?: string }

/** Runs a job of one HTTP.REQUEST against a server that does this with the socket once the request begins to come. */
async function exchanged(onRequest: (socket: Socket) => unknown, parameters: object = {}) {
  let requests = 0
  await using server = await startSocketServer((socket) => {
    requests++
    return onRequest(socket)
  })
  const step = { action: 'HTTP.REQUEST', parameters: { url: server.url, method: 'POST', body: 'x', ...parameters } }
  const { steps = [] } = await runJob({ tags: ['HTTP'], steps: [step] }, { allowPrivate: true })
  return { requests, name: steps[0]?.status.name, value: steps[0]?.return_value as Returned }
}

/** One piece after the other, each on the wire before the next. */
function inPieces(...pieces: string[]) {
  return async (socket: Socket): Promise<void> => {
    socket.setNoDelay(true)
    for (const piece of pieces) {
      await new Promise<void>((sent) => socket.write(Buffer.from(piece, 'latin1'), () => sent()))
      await setImmediate()
    }
    socket.end()
  }
}

/** All of it, and a reset once it is on the wire. */
function thenReset(answer: string) {
  return (socket: Socket): void => void socket.write(answer, () => socket.resetAndDestroy())
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n'

describe('the final answer is the one that counts, whatever comes before it', () => {
  test.each<[what: string, pieces: string[]]>([
    ['100 Continue', [CONTINUE, OK]],
    ['100 Continue in the same packet', [CONTINUE + OK]],
    ['100 Continue byte by byte', [...(CONTINUE + OK)]],
    ['100 without a reason, with headers', ['HTTP/1.1 100\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n', OK]],
    ['100 of an older server', ['HTTP/1.0 100 Continue\r\n\r\n', OK]],
    ['102 Processing, again and again', ['HTTP/1.1 102 Processing\r\n\r\n'.repeat(20), OK]],
    ['103 Early Hints', [HINTS, OK]],
    ['all of them', [CONTINUE, HINTS, CONTINUE, OK]],
  ])('%s', async (_, pieces) => {
    const { name, value, requests } = await exchanged(inPieces(...pieces))
    expect([name, value.status, value.body, requests]).toEqual(['DONE', 200, 'ok', 1])
  })
})

const CLOSE = 'HTTP/1.1 200 OK\r\nconnection: close\r\n'
const KEPT = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${KEPT}transfer-encoding: chunked\r\n`
const LONG = 'a'.repeat(20_000)

describe('an answer that is put together oddly is read to its letter', () => {
  test.each<[what: string, pieces: string[], status: number, body: Json]>([
    ['chunks with extensions', [`${CHUNKED}\r\n2;a=b;c="d"\r\nok\r\n0;last\r\n\r\n`], 200, 'ok'],
    ['trailers', [`${CHUNKED}trailer: x-sum\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n`], 200, 'ok'],
    ['HTTP/1.0 without a length', ['HTTP/1.0 200 OK\r\n\r\n', 'ok'], 200, 'ok'],
    ['HTTP/1.0 with chunks', ['HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'], 200, 'ok'],
    ['no length, up to the end', [`${CLOSE}\r\n`, 'ok'], 200, 'ok'],
    ['no reason', ['HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok'], 200, 'ok'],
    ['more than its length', [`${CLOSE}content-length: 2\r\n\r\nok and more`], 200, 'ok'],
    ['204 with a body', ['HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok'], 204, ''],
    ['304 with a body', ['HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\nok'], 304, ''],
    ['a status beyond those there are', ['HTTP/1.1 999 ?\r\ncontent-length: 2\r\n\r\nok'], 999, 'ok'],
  ])('%s', async (_, pieces, status, body) => {
    const { name, value, requests } = await exchanged(inPieces(...pieces))
    expect([name, value.status, value.body, requests]).toEqual(['DONE', status, body, 1])
  })

  test('headers are bytes, each a character', async () => {
    const { value } = await exchanged(inPieces(`${KEPT}x-town: S\xe3o Jo\xe3o\r\ncontent-length: 0\r\n\r\n`))
    expect(value).toMatchObject({ headers: { 'x-town': 'São João' } })
  })

  test('a coding of the way comes off like one of the body', async () => {
    const zipped = gzipSync('ok').toString('latin1')
    const { value } = await exchanged(
      inPieces(
        `${KEPT}transfer-encoding: gzip, chunked\r\n\r\n${zipped.length.toString(16)}\r\n${zipped}\r\n0\r\n\r\n`,
      ),
    )
    expect(value.body).toBe('ok')
  })

  test('one that comes before the request was read', async () => {
    const full = 'HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno'
    const { value, requests } = await exchanged((socket) => socket.pause().write(full), { body: 'x'.repeat(900_000) })
    expect([value.status, value.body, requests]).toEqual([413, 'no', 1])
  })

  test('one whose connection is reset afterwards', async () => {
    const { value, requests } = await exchanged(thenReset(`${KEPT}content-length: 2\r\n\r\nok`))
    expect([value.status, value.body, requests]).toEqual([200, 'ok', 1])
  })
})

describe('what is no answer, or not a whole one, is an error, and never sent again', () => {
  test.each<[what: string, pieces: string[], type: string]>([
    ['less than its length', [`${KEPT}content-length: 9\r\n\r\nok`], 'ConnectionReset'],
    ['less than its length, the last on its connection', [`${CLOSE}content-length: 9\r\n\r\nok`], 'ConnectionReset'],
    ['chunks without their end', [`${CHUNKED}\r\n2\r\nok\r\n`], 'ConnectionReset'],
    ['the same, the last on its connection', [`${CHUNKED}connection: close\r\n\r\n2\r\nok\r\n`], 'ConnectionReset'],
    ['an interim answer and no other', [CONTINUE], 'ConnectionReset'],
    ['half of an interim answer', ['HTTP/1.1 100 Cont'], 'ConnectionReset'],
    [
      'a change of protocol',
      [`HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`],
      'ConnectionReset',
    ],
    ['chunks that are none', [`${CHUNKED}\r\nzz\r\nok\r\n0\r\n\r\n`], 'InvalidResponse'],
    ['two lengths', [`${KEPT}content-length: 2\r\ncontent-length: 3\r\n\r\nok`], 'InvalidResponse'],
    ['one length twice', [`${KEPT}content-length: 2\r\ncontent-length: 2\r\n\r\nok`], 'InvalidResponse'],
    ['a length and chunks', [`${CHUNKED}content-length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`], 'InvalidResponse'],
    ['a length that is none', [`${KEPT}content-length: 2x\r\n\r\nok`], 'InvalidResponse'],
    ['a length below 0', [`${KEPT}content-length: -2\r\n\r\nok`], 'InvalidResponse'],
    ['a header above 16 KiB', [`${KEPT}x-a: ${LONG}\r\ncontent-length: 2\r\n\r\nok`], 'InvalidResponse'],
    ['an interim answer above 16 KiB', [`HTTP/1.1 103 Early Hints\r\nlink: ${LONG}`, LONG], 'InvalidResponse'],
    ['a header over two lines', [`${KEPT}x-a: b\r\n c\r\ncontent-length: 2\r\n\r\nok`], 'InvalidResponse'],
    ['a header with a NUL', [`${KEPT}x-a: b\0c\r\ncontent-length: 2\r\n\r\nok`], 'InvalidResponse'],
    ['lines that end in another way', ['HTTP/1.1 200 OK\ncontent-length: 2\n\nok'], 'InvalidResponse'],
  ])('%s', async (_, pieces, type) => {
    const { name, value, requests } = await exchanged(inPieces(...pieces))
    expect([name, value.type, requests]).toEqual(['UNHANDLED_EXCEPTION', type, 1])
  })

  test('a body without a length that a reset breaks off', async () => {
    const { name, value } = await exchanged(thenReset(`${KEPT}\r\n{"orders":[1,2`))
    expect([name, value.type]).toEqual(['UNHANDLED_EXCEPTION', 'ConnectionReset'])
  })

  test('a connection that was kept, and ends under the next request', async () => {
    const sent: string[] = []
    await using server = await startSocketServer((socket) => {
      sent.push('first')
      socket.write(`${KEPT}content-length: 2\r\n\r\nok`)
      socket.once('data', () => {
        sent.push('second')
        socket.destroy()
      })
    })
    await using outbound = createOutbound({ allowPrivate: true, keepAliveMs: 60_000 })
    const post = get(server.url, { method: 'POST' })
    await outbound.request(post)
    await setImmediate()
    await expect(outbound.request(post)).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    expect(sent).toEqual(['first', 'second'])
  })

  test('an answer to nothing is not that to the next request', async () => {
    await using server = await startSocketServer((socket) => {
      socket.write(`${KEPT}content-length: 2\r\n\r\nok${KEPT}content-length: 6\r\n\r\nforged`)
    })
    await using outbound = createOutbound({ allowPrivate: true, keepAliveMs: 60_000 })
    for (let i = 0; i < 3; i++) {
      await setImmediate()
      expect((await outbound.request(get(server.url))).body.toString()).toBe('ok')
    }
  })
})

test.each([301, 302, 303, 307, 308])('a redirect (%d) is a value: nothing goes to where it leads', async (status) => {
  await using other = await startReceiver()
  const head = `HTTP/1.1 ${status} Elsewhere\r\nlocation: ${other.url}/\r\ncontent-length: 2\r\n\r\nto`
  const { name, value } = await exchanged(inPieces(head), { auth: { bearer: 'of the first host' } })
  expect([name, value.status, value.body, other.connections()]).toEqual(['DONE', status, 'to', 0])
})
