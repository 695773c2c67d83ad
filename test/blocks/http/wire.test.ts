import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/engine/values/json.ts'
import { runJob } from '../../../src/index.ts'
import { startReceiver, startSocketServer } from '../../outbound/receiver.ts'

/** Runs a job of one HTTP.REQUEST against a server that answers with exactly these bytes. */
async function answered(head: readonly string[], body: Uint8Array | string, parameters: object = {}) {
  const bytes = Buffer.from(body)
  const lines = ['HTTP/1.1 200 OK', `content-length: ${bytes.length}`, ...head, '', '']
  await using server = await startSocketServer((socket) =>
    socket.end(Buffer.concat([Buffer.from(lines.join('\r\n')), bytes])),
  )
  const step = { action: 'HTTP.REQUEST', parameters: { url: server.url, ...parameters } }
  const { steps = [] } = await runJob({ tags: ['HTTP'], steps: [step] }, { allowPrivate: true })
  return { status: steps[0]?.status.name, value: steps[0]?.return_value as { body?: Json; type?: string } }
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
)

describe('bytes on the wire become the right value', () => {
  test.each<[what: string, head: string[], bytes: Uint8Array | string, parameters: object, body: Json]>([
    ['a long id', ['content-type: application/json'], '{"id":7615917337495251231}', {}, { id: '7615917337495251231' }],
    ['JSON beyond doubles', ['content-type: application/json'], '{"n":1e400}', {}, '{"n":1e400}'],
    ['blank JSON', ['content-type: application/json'], ' \n', {}, null],
    ['ISO-8859-1', ['content-type: text/plain; charset=ISO-8859-1'], Buffer.from('Região', 'latin1'), {}, 'Região'],
    ['a byte order mark', ['content-type: text/plain'], Buffer.from('\ufeffé', 'utf16le'), {}, 'é'],
    ['a picture', ['content-type: image/png'], PNG, { parse: 'base64' }, PNG.toString('base64')],
    ['gzip', ['content-type: application/json', 'content-encoding: gzip'], gzipSync('{"a":"é"}'), {}, { a: 'é' }],
    ['brotli', ['content-encoding: br'], brotliCompressSync('é'), {}, 'é'],
    ['deflate', ['content-encoding: deflate'], deflateSync('é'), {}, 'é'],
  ])('%s', async (_, head, bytes, parameters, body) => {
    expect(await answered(head, bytes, parameters)).toMatchObject({ status: 'DONE', value: { status: 200, body } })
  })

  test.each<[what: string, head: string[], bytes: Uint8Array | string, parameters: object, type: string]>([
    ['a picture', ['content-type: image/png'], PNG, {}, 'UnreadableBody'],
    ['a picture as text', ['content-type: image/png'], PNG, { parse: 'text' }, 'UnreadableBody'],
    ['another charset than it says', ['content-type: text/plain'], Buffer.from('é', 'latin1'), {}, 'UnreadableBody'],
    ['what unfolds to too much', ['content-encoding: gzip'], gzipSync('a'.repeat(2_000_000)), {}, 'ValueTooLarge'],
  ])('or an error that says so: %s', async (_, head, bytes, parameters, type) => {
    expect(await answered(head, bytes, parameters)).toMatchObject({ status: 'UNHANDLED_EXCEPTION', value: { type } })
  })

  test('an id of nineteen digits fetches the very thing it names', async () => {
    await using receiver = await startReceiver((response, { url }) => {
      response.setHeader('content-type', 'application/json').end(url === '/' ? '{"id":7615917337495251231}' : '{}')
    })
    const job = {
      tags: ['HTTP'],
      steps: [
        { id: 'list', action: 'HTTP.REQUEST', parameters: { url: receiver.url } },
        { action: 'HTTP.REQUEST', parameters: { url: `${receiver.url}/echo?id={: list.body.id :}` } },
      ],
    }
    expect((await runJob(job, { allowPrivate: true })).success).toBe(true)
    expect(receiver.visits[1]?.url).toBe('/echo?id=7615917337495251231')
  })

  test('bytes are sent as they are, and forms as their type says', async () => {
    await using receiver = await startReceiver()
    const post = (parameters: object) => ({
      action: 'HTTP.REQUEST',
      parameters: { url: receiver.url, method: 'POST', ...parameters },
    })
    const steps = [
      post({ body: PNG.toString('base64'), body_encoding: 'base64', headers: { 'content-type': 'image/png' } }),
      post({ body: { a: 1, b: 'x y' }, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      post({ body: { a: 1 }, headers: { 'content-type': 'text/xml' } }),
    ]
    const job = await runJob({ tags: ['HTTP'], steps }, { allowPrivate: true })
    expect(job.steps?.map(({ status }) => status.name)).toEqual(['DONE', 'DONE', 'INVALID_ARGUMENT'])
    expect(receiver.visits.map(({ headers }) => [headers['content-type'], headers['content-length']])).toEqual([
      ['image/png', `${PNG.length}`],
      ['application/x-www-form-urlencoded', '9'],
    ])
    expect(receiver.visits[1]?.body).toBe('a=1&b=x+y')
  })
})
