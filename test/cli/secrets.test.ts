import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { rowsOf } from '../support/databaseServer.ts'

const FIRST = 'the first key which has 32 characters'
const SECOND = 'the second key which has 32 characters'
const VALUE = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'

/** What a command prints on both streams, given something on standard input. */
async function conduit(settings: Record<string, string>, words: string[], input = ''): Promise<string> {
  const bin = join(import.meta.dirname, '../../bin/conduit.js')
  const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...settings }
  const running = promisify(execFile)(process.execPath, [bin, 'secrets', ...words], { env })
  running.child.stdin?.end(input)
  const { stdout, stderr } = await running
  return stdout + stderr
}

test('secrets are set from standard input, listed without their values, and removed', async () => {
  await using service = await startConduit({ settings: { SECRETS_KEY: FIRST, PORT: '0' } })
  const settings = { CONDUIT_URL: await service.conduit.listen() }
  await conduit(settings, ['set', 'PAY_KEY', '--hosts', 'api.example.com,*.example.org'], `${VALUE}\n`)
  const listed = await conduit(settings, ['list'])
  expect(listed).toMatch(/PAY_KEY\s+api\.example\.com, \*\.example\.org/)
  expect(listed).not.toContain(VALUE)
  expect(JSON.parse(await conduit(settings, ['list', '--json'])).data).toMatchObject([{ name: 'PAY_KEY' }])
  await conduit(settings, ['remove', 'PAY_KEY'])
  await expect(conduit(settings, ['remove', 'PAY_KEY'])).rejects.toMatchObject({ code: 1 })
  await expect(conduit(settings, ['set', 'EMPTY'])).rejects.toMatchObject({ code: 2 })
})

const SEALED = `
select sealed as text from secret union all select secret from webhook union all select value from service_secret
union all select callbacks->'on_job_finish'->>'secret' from job where callbacks is not null
union all select sealed_inputs from job where sealed_inputs is not null
union all select sealed_inputs from schedule where sealed_inputs is not null`

test('rekey seals everything with the new key, says what no key opens, and changes nothing the second time', async () => {
  await using service = await startConduit({ settings: { SECRETS_KEY: FIRST, WEBHOOK_ALLOW_PRIVATE: 'true' } })
  await service.request('PUT', '/v1/secrets/PAY_KEY', { value: VALUE })
  await service.request('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/', events: ['job.finished'] })
  const on_job_finish = { url: 'http://127.0.0.1:9/', secret: `whsec_${'A'.repeat(43)}=` }
  await service.request('POST', '/v1/jobs', { delay: '1h', on_job_finish, steps: [] })
  const inputs = { type: 'object', properties: { token: { type: 'string', 'x-secret': true } } }
  const steps = [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }]
  await service.request('PUT', '/v1/definitions/waits', { inputs, steps, output: '{= size(locals.token) =}' })
  const job = { definition: 'waits', local_values: { token: VALUE } }
  expect((await service.request('POST', '/v1/jobs', { ...job, id: 'waits' })).status).toBe(202)
  expect((await service.request('PUT', '/v1/schedules/waits', { every: '1h', job })).status).toBe(201)
  const keys = async (): Promise<string[]> => {
    const rows = await rowsOf(service.databaseUrl, SEALED)
    return [...new Set(rows.map(({ text }) => String(text).split(':').slice(0, 3).join(':')))]
  }
  const before = await keys()
  expect(before).toHaveLength(1)
  const settings = { DATABASE_URL: service.databaseUrl, SECRETS_KEY: SECOND }
  await expect(conduit(settings, ['rekey'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/secret\/default\/PAY_KEY[^]*schedule\/default\/waits[^]*inputs\/default\/waits/),
  })
  expect(await keys()).toEqual(before)
  expect(await conduit({ ...settings, SECRETS_KEY_OLD: FIRST }, ['rekey'])).toMatch(/^sealed \d+ anew; 0 were/)
  const after = await keys()
  expect([after.length, after[0] === before[0]]).toEqual([1, false])
  expect(await conduit(settings, ['rekey'])).toMatch(/^sealed 0 anew/)
  // What was sealed with the old key while it waited goes on with the new one alone.
  await service.conduit.close()
  await using next = await startConduit({ settings: { ...settings, WEBHOOK_ALLOW_PRIVATE: 'true' } })
  await next.request('POST', '/v1/jobs/waits/signals/go', {})
  const over = await next.request('GET', '/v1/jobs/waits?wait=60')
  expect(over.body).toMatchObject({ state: 'succeeded', output: VALUE.length })
  await expect(conduit({ DATABASE_URL: service.databaseUrl }, ['rekey'])).rejects.toMatchObject({ code: 1 })
})
