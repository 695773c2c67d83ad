import { expect, test, vi } from 'vitest'
import { type BlockContext, defineBlock, Type } from '../../src/engine/block.ts'
import { InvalidArgument } from '../../src/engine/errors.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { everyForm, everyTable, foundIn, gatheredLog } from './search.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const SECRETS_KEY = 'a key of the operator which has 32 characters'
const VALUE = 'Zq7"v/9 w+K\\ö?r&=~Xp%3N'

/** Does everything with its secret that a block must not do. */
const leak = defineBlock({
  action: 'TEST.LEAK',
  description: 'Tells what it was given.',
  secretParameters: ['text'],
  parameters: Type.Object({ text: Type.String(), how: Type.String() }),
  returns: Type.Unknown(),
  run: async ({ text, how }, { log, variables, signal }: BlockContext) => {
    const forms = everyForm(text)
    for (const form of Object.values(forms)) log.warn(`said ${form}`, { form, error: new Error(form), [form]: 1 })
    variables['leaked'] = { ...forms, [text]: text }
    switch (how) {
      case 'throw':
        throw new TypeError(`with ${Object.values(forms).join(' ')}`)
      case 'refuse':
        throw new InvalidArgument(text)
      case 'class':
        throw Object.assign(new Error('x'), { name: text })
      case 'wait':
        return await new Promise((resolve) => signal.addEventListener('abort', () => resolve(text), { once: true }))
      default:
        return { ...forms, [text]: [text, { deep: forms }] }
    }
  },
})

const secret = '{% secrets.WILD %}'

test('no table, log line, event, message, metric, answer and audit entry has a secret that a run used, in any form', async () => {
  const { lines, log } = gatheredLog()
  await using echo = await startReceiver((response, { url, headers, body }) => {
    const told = JSON.stringify({ url, headers, body, forms: everyForm(VALUE) })
    const location = `http://127.0.0.1:9/?${new URLSearchParams({ leak: VALUE })}`
    response.writeHead(302, { location, 'x-echo': encodeURIComponent(VALUE), 'content-type': 'application/json' })
    response.end(told)
  })
  await using hooks = await startReceiver()
  await using service = await startConduit({
    blocks: [leak],
    log,
    settings: { SECRETS_KEY, WEBHOOK_ALLOW_PRIVATE: 'true' },
  })
  await service.client.secrets.put('WILD', { value: VALUE, hosts: ['127.0.0.1'] })
  await service.client.webhooks.create({ url: hooks.url, events: ['step.updated', 'job.finished'] })
  const leaks = (how: string) => ({ action: 'TEST.LEAK', id: how, parameters: { text: `a ${secret}`, how } })
  const http = (id: string, parameters: object) => ({
    action: 'HTTP.REQUEST',
    id,
    parameters: { url: `${echo.url}/`, ...parameters },
  })
  const caught = (step: object) => ({ ...step, catch: { output: '{= failure =}' } })
  const job = {
    id: 'wild',
    tags: ['HTTP'],
    on_step_update: { url: hooks.url },
    on_job_finish: { url: hooks.url },
    steps: [
      leaks('return'),
      http('headers', { auth: { username: 'user', password: secret } }),
      http('query', { url: `${echo.url}/a/${secret}?key=${secret}`, query: { token: secret } }),
      http('body', { method: 'POST', body: { deep: [secret] } }),
      http('form', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: { secret },
      }),
      caught(http('bearer', { auth: { bearer: secret } })),
      caught(http('bad-header', { headers: { 'x-key': `${secret}\n` } })),
      caught(http('elsewhere', { url: `http://localhost:9/${secret}` })),
      caught({ ...leaks('throw'), retry: { max_attempts: 2, delay: 0.01 } }),
      caught(leaks('refuse')),
      caught(leaks('class')),
      { ...leaks('wait'), timeout: '200ms' },
    ],
    output: '{= steps.return =}',
  }
  expect((await service.request('POST', '/v1/jobs?validate=warn', job)).status).toBe(202)
  await service.client.jobs.wait('wild')
  expect(await service.client.jobs.get('wild')).toMatchObject({ state: 'failed', failed_step: 'wait' })
  await vi.waitFor(() => expect(hooks.visits.length).toBeGreaterThan(20), { timeout: PATIENCE_MS, interval: 100 })
  const seen: [string, string][] = [
    ...(await everyTable(service.databaseUrl)),
    ['log', lines.join('')],
    ['messages', JSON.stringify(hooks.visits)],
    ...(await answersOf(service)),
  ]
  expect(seen.map(([where, text]) => [where, foundIn(text, VALUE)]).filter(([, form]) => form !== undefined)).toEqual(
    [],
  )
  // The test would find one: the echo got it.
  expect(foundIn(JSON.stringify(echo.visits.map(({ body }) => body)), VALUE)).toBeDefined()
  expect(lines.join('')).toContain('said a ***')
})

async function answersOf(service: TestConduit): Promise<[string, string][]> {
  const paths = [
    '/v1/jobs',
    '/v1/jobs/wild',
    '/v1/jobs/wild/steps?parent=*',
    '/v1/jobs/wild/events',
    '/v1/jobs/wild/definition',
    '/v1/jobs/wild/deliveries',
    '/v1/secrets',
    '/v1/audit',
    '/metrics',
  ]
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => {
      const { status, body } = await service.request('GET', path)
      expect([path, status]).toEqual([path, 200])
      return [path, typeof body === 'string' ? body : JSON.stringify(body)]
    }),
  )
}
