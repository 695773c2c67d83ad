import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import type { StepWire } from '../../src/wire/job.ts'
import { type Receiver, startReceiver } from '../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { rowsOf } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const SECRETS_KEY = 'a key of the operator which has 32 characters'
const VALUE = 'sk_live_4eC39HqLyj/WDarj tT1z&dp7dc#1?'

/** What TEST.TAKE was called with. */
const taken: string[] = []
const take = defineBlock({
  action: 'TEST.TAKE',
  description: 'Notes what it was given.',
  effects: false,
  secretParameters: ['text'],
  parameters: Type.Object({ text: Type.String(), other: Type.String({ default: '' }) }),
  returns: Type.String(),
  run: ({ text }) => {
    taken.push(text)
    return `took ${text}`
  },
})

let service: TestConduit
let receiver: Receiver
let elsewhere: Receiver
beforeAll(async () => {
  service = await startConduit({ blocks: [take], settings: { SECRETS_KEY, WEBHOOK_ALLOW_PRIVATE: 'true' } })
  receiver = await startReceiver((response) => response.writeHead(302, { location: elsewhere.url }).end())
  elsewhere = await startReceiver()
  const put = (name: string, more: object = {}) =>
    service.request('PUT', `/v1/secrets/${name}`, { value: VALUE, ...more })
  await put('ANY')
  await put('PAY', { tags: ['PAY'] })
  await put('HERE', { hosts: ['127.0.0.1'] })
  await put('THERE', { hosts: ['api.example.com', '*.example.org'] })
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
  await elsewhere[Symbol.asyncDispose]()
})

const takes = (text: string): object => ({ action: 'TEST.TAKE', id: 'one', parameters: { text } })
const requests = (parameters: object): object => ({
  action: 'HTTP.REQUEST',
  id: 'one',
  parameters: { url: `${receiver.url}/`, ...parameters },
})
const stepOf = async (step: object, tags = ['HTTP']): Promise<StepWire> => {
  const { steps } = await service.run({ tags, steps: [step] })
  return steps?.[0] as StepWire
}

describe('a secret', () => {
  test('reaches its block, alone and inside text, and comes back as ***', async () => {
    expect((await stepOf(takes('{% secrets.ANY %}'))).return_value).toBe('took ***')
    expect((await stepOf(takes('Bearer {% secrets.ANY %}!'))).return_value).toBe('took Bearer ***!')
    expect(taken).toEqual([VALUE, `Bearer ${VALUE}!`])
  })

  test.each(['\\u0073ecrets.PAY', 'secrets\\u002ePAY', '\\u0073\\u0065crets.\\u0050AY'])(
    'is the same however its name is escaped in the text of the job: %s',
    async (name) => {
      const run = async (tags: string[]): Promise<StepWire> => {
        const text = JSON.stringify({ tags, steps: [takes('{% NAME %}')] }).replace('NAME', name)
        return (await service.request('POST', '/v1/jobs', text, { prefer: 'wait=60' })).body.steps[0]
      }
      expect(await run(['PAY'])).toMatchObject({ return_value: 'took ***' })
      expect(await run([])).toEqual({
        ...(await stepOf(takes('{% secrets.PAY %}'), [])),
        finished_at: expect.anything(),
      })
    },
  )

  test('goes out in headers, query, body, auth and the query of the URL', async () => {
    receiver.visits.length = 0
    const secret = '{% secrets.ANY %}'
    const step = await stepOf(
      requests({
        url: `${receiver.url}/?a=fixed&key=${secret}`,
        method: 'POST',
        headers: { 'x-key': secret },
        query: { token: secret },
        body: { password: secret },
        auth: { username: 'user', password: secret },
      }),
    )
    expect(step.status.name).toBe('DONE')
    const [visit] = receiver.visits
    const { searchParams } = new URL(visit?.url ?? '', receiver.url)
    expect([searchParams.get('key'), searchParams.get('token')]).toEqual([VALUE, VALUE])
    expect(visit?.headers['x-key']).toBe(VALUE)
    expect(JSON.parse(visit?.body ?? '')).toEqual({ password: VALUE })
    expect(visit?.headers.authorization).toBe(`Basic ${Buffer.from(`user:${VALUE}`).toString('base64')}`)
    await stepOf(requests({ auth: { bearer: secret } }))
    expect(receiver.visits.at(-1)?.headers.authorization).toBe(`Bearer ${VALUE}`)
    expect((step.return_value as { url: string }).url).toContain('key=***')
  })

  test('is read anew for each call: the next one has what was written meanwhile', async () => {
    await service.client.secrets.put('TURNS', { value: 'the first value of it' })
    await stepOf(takes('{% secrets.TURNS %}'))
    await service.client.secrets.put('TURNS', { value: 'the second value of it' })
    await stepOf(takes('{% secrets.TURNS %}'))
    expect(taken.slice(-2)).toEqual(['the first value of it', 'the second value of it'])
  })

  test('tells when it was last used', async () => {
    await stepOf(takes('{% secrets.ANY %}'))
    const lastUse = async () => (await service.client.secrets.get('ANY')).last_used_at
    await vi.waitFor(async () => expect(await lastUse()).toEqual(expect.any(String)), {
      timeout: PATIENCE_MS,
      interval: 200,
    })
  })

  test('that is gone when its step begins fails it with SecretMissing', async () => {
    await service.client.secrets.put('GOING', { value: VALUE })
    const steps = [{ action: 'TIME.SLEEP', parameters: { seconds: 1 } }, takes('{% secrets.GOING %}')]
    const job = await service.client.jobs.submit({ steps })
    await service.client.secrets.delete('GOING')
    const body = await service.client.jobs.wait(job.id)
    expect(body.error).toMatchObject({ status: 'UNHANDLED_EXCEPTION', type: 'SecretMissing' })
  })
})

describe('a step is FORBIDDEN_SECRET without an attempt, and validate says where', () => {
  const secret = '{% secrets.ANY %}'
  test.each<[string, () => object, string]>([
    ['names a secret that is not there', () => takes('{% secrets.NOBODY %}'), '/parameters/text'],
    ['lacks a tag of the secret', () => takes('{% secrets.PAY %}'), '/parameters/text'],
    [
      'names one in a parameter that takes none',
      () => ({ action: 'TEXT.JOIN', parameters: { text1: secret, text2: '' } }),
      '/parameters/text1',
    ],
    ['names one in its condition', () => ({ ...takes('x'), if: secret }), '/if'],
    ['names one in a key', () => requests({ headers: { [secret]: 'x' } }), `/parameters/headers/${secret}`],
    ['lets a tag make the name', () => takes('{% secrets.{# name #} %}'), '/parameters/text'],
    [
      'puts one without hosts into the path of a URL',
      () => requests({ url: `http://127.0.0.1/${secret}?a` }),
      '/parameters/url',
    ],
    ['puts one without hosts for the whole URL', () => requests({ url: secret }), '/parameters/url'],
  ])('that %s', async (_name, make, pointer) => {
    const step = make()
    const calls = taken.length
    const job = {
      tags: ['HTTP'],
      variables: { name: 'ANY' },
      steps: [{ ...step, catch: {}, retry: { max_attempts: 2 } }],
    }
    const { steps } = await service.run(job)
    expect(steps?.[0]).toMatchObject({ status: { name: 'FORBIDDEN_SECRET', value: 115 }, attempt: 0, started_at: null })
    expect(taken).toHaveLength(calls)
    const body = await service.client.jobs.validate({ ...job, steps: [step] })
    expect(body).toMatchObject({ valid: false, steps: [{ status: { name: 'FORBIDDEN_SECRET' } }] })
    expect(body.problems).toContainEqual(
      expect.objectContaining({ code: 'forbidden-secret', severity: 'error', pointer: `/steps/0${pointer}` }),
    )
  })

  test('the tag of the job opens it', async () => {
    expect((await stepOf(takes('{% secrets.PAY %}'), ['PAY'])).status.name).toBe('DONE')
  })

  test('a definition that names one wrongly is not written', async () => {
    const { status } = await service.request('PUT', '/v1/definitions/wrong', { steps: [takes('{% secrets.NOBODY %}')] })
    expect(status).toBe(422)
  })

  test('a tag that data made names none', async () => {
    const job = { variables: { path: 'secrets.ANY' }, steps: [takes('{% {# path #} %}')] }
    expect((await service.run(job)).error).toMatchObject({ type: 'InvalidType' })
    const text = { variables: { text: '{% secrets.ANY %}' }, steps: [takes('{# text #}')] }
    expect((await service.run(text)).steps?.[0]?.return_value).toBe('took {% secrets.ANY %}')
  })
})

describe('a secret with hosts', () => {
  test('goes there, in the path and as the whole URL too', async () => {
    const { body } = await service.request('PUT', '/v1/secrets/WHOLE', {
      value: `${receiver.url}/hook`,
      hosts: ['127.0.0.1'],
    })
    expect(body.hosts).toEqual(['127.0.0.1'])
    expect((await stepOf(requests({ url: '{% secrets.WHOLE %}' }))).status.name).toBe('DONE')
    expect(receiver.visits.at(-1)?.url).toBe('/hook')
    const inPath = await stepOf(requests({ url: `${receiver.url}/{% secrets.HERE %}` }))
    expect((inPath.return_value as { url: string }).url).toBe(`${receiver.url}/***`)
    expect(decodeURIComponent(receiver.visits.at(-1)?.url ?? '')).toBe(`/${VALUE}`)
  })

  test('does not follow a redirect', async () => {
    const step = await stepOf(requests({ headers: { 'x-key': '{% secrets.HERE %}' } }))
    expect((step.return_value as { status: number }).status).toBe(302)
    expect(elsewhere.visits).toEqual([])
  })

  test.each([
    ['another host', (port: number) => `http://localhost:${port}/`],
    ['the host as the name of a user', (port: number) => `http://api.example.com:x@127.0.0.1:${port}/`],
    ['the host in the path', (port: number) => `http://127.0.0.1:${port}/api.example.com`],
    ['the host as a part of another', () => 'http://api.example.com.attacker.test/'],
    ['the apex of a pattern', () => 'http://example.org/'],
    ['an IPv6 address', (port: number) => `http://[::1]:${port}/`],
    ['an IPv4 address in IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/`],
    ['an address as a number', (port: number) => `http://2130706433:${port}/`],
  ])('is not sent to %s, which sees nothing', async (_name, url) => {
    const visits = receiver.connections()
    const step = await stepOf(requests({ url: '{# url #}', headers: { 'x-key': '{% secrets.THERE %}' } })).catch(
      () => null,
    )
    const job = {
      tags: ['HTTP'],
      variables: { url: url(receiver.port) },
      steps: [requests({ url: '{# url #}', headers: { 'x-key': '{% secrets.THERE %}' } })],
    }
    const { error } = await service.run(job)
    expect(['SecretHost', 'InvalidArgument']).toContain(error?.type)
    expect(step?.status.name).not.toBe('DONE')
    expect(receiver.connections()).toBe(visits)
  })
})

test('a dump is worthless without the key, and one of another key says which', async () => {
  const [row] = await rowsOf(service.databaseUrl, `select sealed from secret where name = 'ANY'`)
  const id = String(row?.['sealed']).split(':')[2]
  await using other = await startConduit({
    blocks: [take],
    settings: {
      DATABASE_URL: await copyOf(service, 'ANY'),
      SECRETS_KEY: 'another key, of which 32 characters are enough',
    },
  })
  const { steps } = await other.run({ steps: [takes('{% secrets.ANY %}')] })
  expect(steps?.[0]?.return_value).toMatchObject({ type: 'SecretMissing', message: expect.stringContaining(`${id}`) })
})

/** A database of its own with one secret as the other has it. */
async function copyOf({ databaseUrl }: TestConduit, name: string): Promise<string> {
  const { createTestDatabase } = await import('../support/database.ts')
  const copy = await createTestDatabase()
  const [row] = await rowsOf(databaseUrl, `select sealed from secret where name = '${name}'`)
  await rowsOf(
    copy.url,
    `insert into secret (tenant, name, sealed, tags, hosts, updated_at) values ('default', '${name}', '${String(row?.['sealed'])}', '{}', '{}', now())`,
  )
  return copy.url
}
