import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MOST_OF_STEPS } from '../../src/access/messageBudget.ts'
import { MAX_UNSENT_BYTES } from '../../src/access/unsentAnswers.ts'
import { readConfig } from '../../src/config/read.ts'
import { STREAM_PATIENCE_MS } from '../../src/http/stream/streams.ts'
import { LOOKUPS_A_TENANT } from '../../src/outbound/names/nameBook.ts'
import { MAX_ANSWER_BYTES } from '../../src/webhooks/attempt.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

const page = readFileSync(join(import.meta.dirname, '../../SECURITY.md'), 'utf8')
const [, table = ''] = /\n## Limits\n([\s\S]*?)\n## /.exec(page) ?? []
const rows = [
  ...table.matchAll(/^\| (?!limit )(\w.*?) +\| ([\d,]+) ?(KiB|MiB|s)?(?: \(`(\w+)`\))? +\| (.*?) +\|$/gm),
].map(([, name = '', number = '', unit = '', setting, beyond = '']) => ({
  name,
  value: Number(number.replaceAll(',', '')) * ({ KiB: 1024, MiB: 1024 * 1024 }[unit] ?? 1),
  setting,
  beyond,
}))

let service: TestConduit
let url = ''
beforeAll(async () => {
  service = await startConduit({ settings: { PORT: '0' } })
  url = await service.conduit.listen()
})
afterAll(() => service[Symbol.asyncDispose]())

const seconds = (milliseconds: number): number => milliseconds / 1000

/** Limits of no setting, as they are where the service runs. */
const IN_EFFECT: Readonly<Record<string, () => number | Promise<number>>> = {
  'time for a request’s headers': () => seconds(service.conduit.http.server.headersTimeout),
  'time for a whole request': () => seconds(service.conduit.http.server.requestTimeout),
  'a connection between two requests': () => seconds(service.conduit.http.server.keepAliveTimeout),
  'a connection on which no byte moves': () => seconds(service.conduit.http.server.timeout),
  'unsent bytes of large answers, a tenant': () => MAX_UNSENT_BYTES,
  'a reader of events that takes nothing': () => seconds(STREAM_PATIENCE_MS),
  'messages that one job’s steps make': () => MOST_OF_STEPS,
  'messages of a tenant on their way': async () =>
    (await service.request('GET', '/v1/tenants/default/limits')).body.messages_pending,
  'bytes of a receiver’s answer': () => MAX_ANSWER_BYTES,
  'names that a tenant has looked up at once': () => LOOKUPS_A_TENANT,
}

const NOTHING = { action: 'LOGIC.TRUE' }
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const padded = (text: string, bytes: number): string => text + ' '.repeat(bytes - text.length)

/** A loop in a loop: so many sequences around the innermost step. */
function loops(levels: number): object[] {
  return levels <= 1 ? [NOTHING] : [{ action: 'FLOW.EACH', parameters: { items: [1] }, steps: loops(levels - 1) }]
}

async function send(path: string, body: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(url + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  await answer.arrayBuffer()
  return answer.status
}

/** Requests that a limit refuses where they are beyond it; what each is answered. */
const TRIED: Readonly<Record<string, (size: number, beyond: boolean) => Promise<number>>> = {
  // What else stands in the head takes some hundred bytes.
  'bytes of a request’s headers': (size, beyond) =>
    send('/v1/jobs', '{"steps":[]}', { 'x-long': 'x'.repeat(beyond ? size : size - 512) }),
  'body of a request': (size) => send('/v1/jobs', padded('{"steps":[]}', size)),
  'body of a batch': (size) => send('/v1/batches', padded('{"jobs":[{"steps":[]}]}', size)),
  // The variable lies in an object, which lies in the body.
  'levels of JSON in a body': (size) => send('/v1/jobs', `{"steps":[],"variables":{"v":${nested(size - 2)}}}`),
  'steps of a definition': (size) =>
    send('/v1/jobs', JSON.stringify({ steps: Array.from({ length: size }, () => NOTHING) })),
  'levels of steps': (size) => send('/v1/jobs', JSON.stringify({ steps: loops(size) })),
  'jobs of a batch': (size) =>
    send('/v1/batches', JSON.stringify({ jobs: Array.from({ length: size }, () => ({ steps: [] })) })),
  'a token of a job': (size) => send('/v1/jobs/known/tokens', JSON.stringify({ expires_in: size })),
}

describe('a limit of SECURITY.md is that of the running service', () => {
  test('each row is read', () => {
    expect(rows).toHaveLength(table.split('\n').filter((line) => line.startsWith('| ')).length - 2)
    const held = [...Object.keys(IN_EFFECT), ...Object.keys(TRIED), 'a session of the page']
    const unheld = rows.filter(({ name, setting }) => setting === undefined && !held.includes(name))
    expect(unheld.map(({ name }) => name)).toEqual([])
    expect(held.filter((name) => !rows.some((row) => row.name === name))).toEqual([])
  })

  test.each(rows.filter(({ setting }) => setting !== undefined))('$setting: $name', ({ setting = '', value }) => {
    expect(Object.entries(readConfig({}))).toContainEqual([setting, value])
  })

  test.each(rows.filter(({ name }) => Object.hasOwn(IN_EFFECT, name)))('$name: $value', async ({ name, value }) => {
    expect(await IN_EFFECT[name]?.()).toBe(value)
  })

  test.each(rows.filter(({ name }) => Object.hasOwn(TRIED, name)))(
    '$name: $value are taken, one more is $beyond',
    async ({ name, value, beyond }) => {
      await service.request('POST', '/v1/jobs', { id: 'known', steps: [] })
      expect(await TRIED[name]?.(value, false)).toBeLessThan(300)
      expect(await TRIED[name]?.(value + 1, true)).toBe(Number(beyond))
    },
  )

  test('a session of the page lasts as long', async () => {
    await using own = await startConduit()
    const key = await own.request('POST', '/v1/keys', { name: 'page', scopes: ['admin'] })
    const { headers } = await own.request('POST', '/v1/session', { key: key.body.secret })
    const row = rows.find(({ name }) => name === 'a session of the page')
    expect(String(headers['set-cookie'])).toContain(`Max-Age=${row?.value};`)
  })
})
