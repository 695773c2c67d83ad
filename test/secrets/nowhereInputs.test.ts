import { expect, test, vi } from 'vitest'
import { type BlockContext, defineBlock, Type } from '../../src/engine/block.ts'
import { InvalidArgument } from '../../src/engine/errors.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { everyForm, everyTable, foundIn, gatheredLog } from './search.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const SECRETS_KEY = 'a key of the operator which has 32 characters'
const VALUE = 'Zq7"v/9 w+K\\ö?r&=~Xp%3N and more than forty characters of it'

const leaking = (action: string, effects: boolean) =>
  defineBlock({
    action,
    description: 'Tells what it was given.',
    effects,
    parameters: Type.Object({ text: Type.String(), how: Type.String(), count: Type.Integer({ default: 1 }) }),
    returns: Type.Unknown(),
    run: ({ text, how }, { log, variables, progress }: BlockContext) => {
      const forms = everyForm(text)
      for (const form of Object.values(forms)) log.warn(`said ${form}`, { form, error: new Error(form), [form]: 1 })
      variables['leaked'] = { ...forms, [text]: text }
      progress({ done: 1, message: text })
      if (how === 'throw') throw new TypeError(`with ${Object.values(forms).join(' ')}`)
      if (how === 'refuse') throw new InvalidArgument(`${'x'.repeat(4080)}${text}`)
      return { ...forms, [text]: [text, { deep: forms }] }
    },
  })

const inputs = {
  type: 'object',
  properties: {
    token: { type: 'string', 'x-secret': true },
    accounts: {
      type: 'array',
      items: { type: 'object', properties: { id: { type: 'string' }, key: { $ref: '#/$defs/key' } } },
    },
  },
  $defs: { key: { type: 'string', 'x-secret': true } },
}

test('no table, log line, event, message, metric, question and answer has a secret local value, while its job runs and after', async () => {
  const { lines, log } = gatheredLog()
  await using echo = await startReceiver((response, { url, headers, body }) =>
    response
      .writeHead(302, {
        location: `http://127.0.0.1:9/?${new URLSearchParams({ leak: VALUE })}`,
        'x-echo': encodeURIComponent(VALUE),
      })
      .end(JSON.stringify({ url, headers, body, forms: everyForm(VALUE) })),
  )
  await using hooks = await startReceiver()
  await using service = await startConduit({
    blocks: [leaking('TEST.LEAK', true), leaking('TEST.PURE', false)],
    log,
    settings: { SECRETS_KEY, WEBHOOK_ALLOW_PRIVATE: 'true', RECORD_PARAMETERS: 'always' },
  })
  await service.request('POST', '/v1/webhooks', {
    url: hooks.url,
    events: ['step.updated', 'job.finished', 'step.waiting'],
  })
  const step = (action: string, id: string, parameters: object, more: object = {}) => ({
    action,
    id,
    parameters,
    ...more,
  })
  const caught = (one: object) => ({ ...one, catch: { output: '{= failure =}' } })
  const http = (id: string, parameters: object) => step('HTTP.REQUEST', id, { url: `${echo.url}/`, ...parameters })
  const text = 'with {< token >}'
  const inner = { inputs, steps: [step('TEST.PURE', 'pure', { text, how: 'return' })], output: '{= locals =}' }
  expect(await service.request('PUT', '/v1/definitions/inner', inner)).toMatchObject({ status: 201 })
  const steps = [
    step('TEST.PURE', 'pure', { text, how: 'return' }),
    step('TEST.LEAK', 'effects', { text, how: 'return' }),
    step('FLOW.SET', 'set', { value: { '{< token >}': ['{= locals =}', '{% job %}', '{= base64(locals.token) =}'] } }),
    http('headers', { headers: { authorization: '{< token >}' } }),
    http('url', {
      url: `${echo.url}/a?q={= urlEncode(locals.token) =}`,
      auth: { username: 'u', password: '{< token >}' },
    }),
    http('body', { method: 'POST', body: { deep: ['{< token >}'] } }),
    caught(step('TEST.PURE', 'throws', { text, how: 'throw' })),
    caught(step('TEST.LEAK', 'tries', { text, how: 'throw' }, { retry: { max_attempts: 2, delay: 0.01 } })),
    caught(step('TEST.LEAK', 'refuses', { text, how: 'refuse' })),
    caught(step('TEST.PURE', 'misfits', { text, how: 'x', count: '{< token >}' })),
    caught(step('FLOW.SET', 'wrong', { value: '{= number(locals.token) =}' })),
    caught(step('FLOW.SET', 'zone', { value: '{= startOfDay(now, locals.token) =}' })),
    caught(step('FLOW.FAIL', 'fails', { type: 'Mine', message: text })),
    {
      action: 'FLOW.EACH',
      id: 'each',
      parameters: { items: '{= locals.accounts =}' },
      steps: [
        http('send', { headers: { 'x-key': '{= item.key =}', 'x-id': '{= item.id =}' } }),
        step('FLOW.ASK', 'ask', { title: 'Is {= item.key =} right?', text: 'or {< token >}' }),
      ],
      output: ['{= item.key =}', '{= locals.token =}'],
    },
    { action: 'FLOW.CHOOSE', id: 'choose', branches: [{ if: '{< token >}', steps: [], output: '{< token >}' }] },
    step('FLOW.JOB', 'job', {
      definition: 'inner',
      local_values: { token: '{< token >}' },
      metadata: { m: '{< token >}' },
    }),
    step('FLOW.END', 'end', { output: ['{= locals =}', '{: each :}', '{= vars =}'] }),
  ]
  const put = await service.request('PUT', '/v1/definitions/outer', { inputs, tags: ['HTTP'], steps })
  expect(put.body.errors ?? put.status).toBe(201)
  const local_values = {
    token: VALUE,
    accounts: [
      { id: 'a', key: `first ${VALUE}` },
      { id: 'b', key: `second ${VALUE}` },
    ],
  }
  const answer = await service.request('POST', '/v1/jobs?validate=warn', {
    definition: 'outer',
    id: 'wild',
    local_values,
  })
  expect(answer.status).toBe(202)

  const search = async (when: string): Promise<void> => {
    const seen: [string, string][] = [
      ...(await everyTable(service.databaseUrl)),
      ['log', lines.join('')],
      ['messages', JSON.stringify(hooks.visits)],
      ['acceptance', JSON.stringify(answer.body)],
      ...(await answersOf(service)),
    ]
    const found = seen.map(([where, told]) => [when, where, foundIn(told, VALUE) ?? foundIn(told, VALUE.slice(0, 30))])
    expect(found.filter(([, , form]) => form !== undefined)).toEqual([])
  }
  for (const round of [0, 1]) {
    const path = `each/${round}/ask`
    const { id } = await vi.waitFor(async () => {
      const body = await service.client.questions.list().page()
      expect(body.data).toMatchObject([{ step: path, title: 'Is *** right?', text: 'or ***' }])
      return body.data[0] ?? expect.fail('it is not listed')
    }, PATIENCE_MS)
    await search(path)
    await service.client.questions.answer(id, { approved: true })
  }
  const job = await service.client.jobs.wait('wild')
  expect([job.state, job.error]).toEqual(['succeeded', null])
  await vi.waitFor(() => expect(hooks.visits.length).toBeGreaterThan(20), { timeout: PATIENCE_MS, interval: 100 })
  await search('over')
  expect(
    (await everyTable(service.databaseUrl)).filter(([, rows]) => rows.includes('sealed:2:')).map(([name]) => name),
  ).toEqual(['table service_secret', 'table webhook'])
  // The test would find one, and what waited in between went on with the right ones.
  expect(foundIn(JSON.stringify(echo.visits.map(({ body }) => body)), VALUE)).toBeDefined()
  const keys = echo.visits.flatMap(({ headers }) => headers['x-key'] ?? [])
  expect(keys).toEqual(local_values.accounts.map(({ key }) => key))
  expect(lines.join('')).toContain('said with ***')
})

async function answersOf(service: TestConduit): Promise<[string, string][]> {
  const paths = [
    '/v1/jobs',
    '/v1/jobs/wild',
    '/v1/jobs/wild/steps?parent=*',
    '/v1/jobs/wild/events',
    '/v1/jobs/wild/definition',
    '/v1/jobs/wild/deliveries',
    '/v1/definitions/outer',
    '/v1/questions',
    '/v1/stats?since=2026-01-01',
    '/v1/audit',
    '/metrics',
  ]
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => {
      const { status, body } = await service.request('GET', path, undefined, { accept: 'application/json' })
      expect([path, status]).toEqual([path, 200])
      return [path, typeof body === 'string' ? body : JSON.stringify(body)]
    }),
  )
}
