import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { JobTokens } from '../../src/access/jobTokens.ts'
import { createSecretBox } from '../../src/secrets/box.ts'
import { openDatabase } from '../../src/store/client.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { openStream } from '../support/eventStream.ts'
import { type Asker, asks, putKeyAt } from './keyring.ts'
import { PATIENCE_MS } from '../support/patience.ts'

let service: TestConduit
let log = ''
beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString()
      done()
    },
  })
  service = await startConduit({ log: pino({ level: 'trace' }, sink), settings: { PORT: '0' } })
})
afterAll(() => service[Symbol.asyncDispose]())

const simple = { steps: [{ action: 'LOGIC.TRUE', id: 'one' }] }
const get = (path: string, token: string) =>
  service.request('GET', `${path}${path.includes('?') ? '&' : '?'}token=${token}`)
const tokenOf = async (id: string, body?: object) =>
  (await service.request('POST', `/v1/jobs/${id}/tokens`, body)).body as { token: string; expires_at: string }

/** As another replica would make it, for what no route makes. */
async function forge(
  job: { tenant: string; jobId: string },
  expiresAt: number,
  keyId: string | null = null,
): Promise<string> {
  const database = openDatabase({ connectionString: service.databaseUrl, max: 1 })
  try {
    return (await (await JobTokens.open(database, createSecretBox(undefined))).make(job, { keyId, expiresAt })) ?? ''
  } finally {
    await database.close()
  }
}

describe('in a service that is open to all', () => {
  test('a token is good for an hour, or for as long as was asked', async () => {
    const { id, created_at } = await service.run(simple)
    const made = await service.request('POST', `/v1/jobs/${id}/tokens`)
    expect([made.status, made.headers['cache-control']]).toEqual([201, 'no-store'])
    const after = Date.parse(made.body.expires_at) - Date.parse(created_at)
    expect([after >= 3_600_000, after < 3_660_000]).toEqual([true, true])
    const short = Date.parse((await tokenOf(id, { expires_in: 60 })).expires_at)
    expect(short).toBeLessThan(Date.parse(made.body.expires_at))
  })

  test.each([{ expires_in: 59 }, { expires_in: 86401 }, { expires_in: 60.5 }, { expires_in: '60' }, { other: 1 }, []])(
    'a token can’t be asked for with %j',
    async (body) => {
      const { id } = await service.run(simple)
      const { status, body: problem } = await service.request('POST', `/v1/jobs/${id}/tokens`, body)
      expect([status, problem.type]).toEqual([422, '/problems/invalid-token-request'])
    },
  )

  test('there is none for a job that is not there', async () => {
    expect((await service.request('POST', '/v1/jobs/nobody/tokens')).status).toBe(404)
  })
})

describe('in a service with keys', () => {
  let admin: Asker
  beforeAll(async () => {
    admin = asks(service, (await putKeyAt(service.databaseUrl)).text)
    await vi.waitFor(async () => expect((await service.request('GET', '/v1/jobs')).status).toBe(401), {
      timeout: PATIENCE_MS,
    })
  })
  const run = async (id: string): Promise<string> => {
    await admin('POST', '/v1/jobs', { ...simple, id })
    return (await admin('POST', `/v1/jobs/${id}/tokens`)).body.token as string
  }

  test('a token reads its job, its steps and its events', async () => {
    const token = await run('mine')
    for (const path of ['', '?steps=false', '/steps', '/steps/one', '/events', '/events?after=1']) {
      expect([path, (await get(`/v1/jobs/mine${path}`, token)).status]).toEqual([path, 200])
    }
    const url = await service.conduit.listen()
    await using stream = await openStream(`${url}/v1/jobs/mine/events?token=${token}`)
    expect((await stream.rest()).map(({ event }) => event)).toEqual(['step.updated', 'job.finished'])
  })

  test('and nothing else', async () => {
    const token = await run('this')
    await run('other')
    for (const [method, path] of [
      ['GET', '/v1/jobs/other'],
      ['GET', '/v1/jobs/other/events'],
      ['GET', '/v1/jobs'],
      ['GET', '/v1/blocks'],
      ['DELETE', '/v1/jobs/this'],
      ['POST', '/v1/jobs/this/cancel'],
      ['POST', '/v1/jobs/this/tokens'],
      ['POST', '/v1/jobs'],
      ['GET', '/metrics'],
    ] as const) {
      const { status, body } = await service.request(method, `${path}?token=${token}`)
      expect([method, path, status, body.type]).toEqual([method, path, 403, '/problems/forbidden'])
    }
  })

  test('one that was changed, made up or has run out is 401', async () => {
    const token = await run('changed')
    const [payload = '', mac = ''] = token.slice('cjt_'.length).split('.')
    const other = Buffer.from(payload, 'base64url').toString().replace('changed', 'mine')
    const expired = await forge({ tenant: 'default', jobId: 'changed' }, Date.now() - 1000)
    const texts = [
      'x',
      'cjt_',
      'cjt_.',
      token.slice(0, -1),
      `${token}.x`,
      `cjt_${Buffer.from(other).toString('base64url')}.${mac}`,
      expired,
    ]
    for (const text of texts) {
      const { status, headers } = await get('/v1/jobs/changed', text)
      expect([text, status, headers['www-authenticate']]).toEqual([text, 401, expect.stringContaining('invalid_token')])
    }
    expect((await service.request('GET', `/v1/jobs/changed?token=${token}&token=${token}`)).status).toBe(400)
  })

  test('one that was made before there were keys, or for longer than any is, is 401', async () => {
    await run('before')
    const job = { tenant: 'default', jobId: 'before' }
    const { id } = await putKeyAt(service.databaseUrl)
    const week = 7 * 86_400_000
    for (const token of [await forge(job, Date.now() + 60_000), await forge(job, Date.now() + week, id)])
      expect((await get('/v1/jobs/before', token)).status).toBe(401)
    expect((await get('/v1/jobs/before', await forge(job, Date.now() + 60_000, id))).status).toBe(200)
  })

  test('a stream that it opened ends with it', async () => {
    const { id } = await putKeyAt(service.databaseUrl)
    const steps = [{ action: 'TIME.SLEEP', parameters: { seconds: 60 } }]
    await admin('POST', '/v1/jobs', { steps, id: 'watched' })
    const token = await forge({ tenant: 'default', jobId: 'watched' }, Date.now() + 1000, id)
    const { port } = service.conduit.http.server.address() as AddressInfo
    await using stream = await openStream(`http://127.0.0.1:${port}/v1/jobs/watched/events?token=${token}`)
    expect(stream.status).toBe(200)
    await expect(stream.rest()).rejects.toThrow()
    await admin('POST', '/v1/jobs/watched/cancel')
  })

  test('it reads neither another tenant’s job of the same id, nor a later one', async () => {
    const token = await run('again')
    const key = await putKeyAt(service.databaseUrl, { tenant: 'acme' })
    const theirs = asks(service, key.text)
    await theirs('POST', '/v1/jobs', { ...simple, id: 'theirs' })
    const ours = await forge({ tenant: 'acme', jobId: 'theirs' }, Date.now() + 60_000, key.id)
    expect((await get('/v1/jobs/theirs', ours)).body.id).toBe('theirs')
    expect((await admin('GET', '/v1/jobs/theirs')).status).toBe(404)
    await admin('DELETE', '/v1/jobs/again')
    expect((await get('/v1/jobs/again', token)).status).toBe(404)
    await admin('POST', '/v1/jobs', { ...simple, id: 'again' })
    expect((await get('/v1/jobs/again', token)).status).toBe(404)
  })
})

test('no token ever stands in the log', () => {
  expect(log).toContain('/v1/jobs/:id/events')
  expect(log).not.toMatch(/cjt_|token=/)
})
