import type { ConduitProblem } from '@conduit-jobs/client'
import { execFile } from 'node:child_process'
import { mkdtemp, mkdtempDisposable, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { asks } from '../access/keyring.ts'
import { startConduit } from '../support/conduit.ts'
import { createEmptyDatabase } from '../support/database.ts'
import { PATIENCE_MS } from '../support/patience.ts'

async function conduit(settings: Record<string, string>, ...words: string[]): Promise<string> {
  const bin = join(import.meta.dirname, '../../bin/conduit.js')
  const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...settings }
  const { stdout } = await promisify(execFile)(process.execPath, [bin, 'keys', ...words], { env })
  return stdout.trim()
}

const wish = ['--name', 'ci', '--scopes', 'jobs:write,jobs:read', '--tags', 'HTTP', '--tenant', 'acme']

test('keys are made, listed and revoked by command, beside a running service', async () => {
  await using service = await startConduit()
  const settings = { DATABASE_URL: service.databaseUrl }
  const text = await conduit(settings, 'create', ...wish)
  expect(text).toMatch(/^cdt_\w+_\w+$/)
  const ask = asks(service, text)
  // The service learns of its first key within 5 s: until then it is open to all.
  await expect.poll(async () => (await ask('GET', '/v1/blocks')).status, { timeout: PATIENCE_MS }).toBe(403)
  expect((await ask('POST', '/v1/jobs', { tags: ['HTTP'], steps: [] })).status).toBe(202)
  const id = text.split('_')[1] ?? ''
  const list = await conduit(settings, 'list')
  const [headings, row] = list.split('\n').map((line) => line.split(/ {2,}/))
  expect(headings).toEqual(['ID', 'TENANT', 'NAME', 'SCOPES', 'TAGS', 'DEFINITIONS', 'USED', 'STATE'])
  expect(row?.slice(0, 6)).toEqual([id, 'acme', 'ci', 'jobs:write,jobs:read', 'HTTP', 'any'])
  expect(list).not.toContain(text.split('_')[2])
  const { data } = JSON.parse(await conduit(settings, 'list', '--json')) as { data: { id: string; scopes: string[] }[] }
  expect(data).toMatchObject([{ id, tenant: 'acme', scopes: ['jobs:write', 'jobs:read'], revoked_at: null }])
  const passing = await conduit(settings, 'create', ...wish, '--expires-at', '2999-01-01T00:00:00Z')
  const ends = new RegExp(`^${passing.split('_')[1]} .* {2}good until 2999-01-01T00:00:00.000Z$`, 'm')
  expect(await conduit(settings, 'list')).toMatch(ends)
  await conduit(settings, 'revoke', id)
  await vi.waitFor(async () => expect((await ask('GET', '/v1/jobs')).status).toBe(401), { timeout: PATIENCE_MS })
  expect(await conduit(settings, 'list', '--tenant', 'acme')).toContain('revoked')
  expect(await conduit(settings, 'list', '--tenant', 'other')).toBe('')
})

test('also on the embedded database, while the service runs on it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-keys-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const settings = { DATA_DIR: join(folder, 'data') }
  const text = await conduit(settings, 'create', ...wish)
  const service = stack.use(await startConduit({ settings: { ...settings, DATABASE_URL: '' } }))
  expect((await service.request('GET', '/v1/jobs')).status).toBe(401)
  expect((await asks(service, text)('GET', '/v1/jobs')).status).toBe(200)
  const second = await conduit(settings, 'create', ...wish)
  expect((await asks(service, second)('GET', '/v1/jobs')).status).toBe(200)
})

test.each([
  [
    ['create', '--name', 'x', '--scopes', 'admin,jobs:red'],
    2,
    /--scopes jobs:red: must be one of .*; did you mean jobs:read\?/,
  ],
  [['create', '--name', 'x', '--scopes', 'admin', '--tenant', 'a b'], 2, /--tenant a b: must /],
  [['create', '--name', 'x', '--scopes', 'admin', '--expires-at', 'soon'], 2, /--expires-at soon: must be a moment/],
  [['create', '--scopes', 'admin'], 2, /--name/],
  [['create', '--name', 'x', '--scopes', 'admin', '--definitions', ' , '], 2, /--definitions : must /],
  [['revoke', 'nobody'], 1, /there is no key nobody/],
])('conduit keys %j is refused in words', async (words, code, reason) => {
  await using database = await createEmptyDatabase()
  await expect(conduit({ DATABASE_URL: database.url }, ...words)).rejects.toMatchObject({
    code,
    stderr: expect.stringMatching(reason),
  })
})

test('a key is bound to definitions by command as over HTTP', async () => {
  await using service = await startConduit()
  const settings = { DATABASE_URL: service.databaseUrl }
  await service.client.definitions.put('refund', { steps: [] })
  const bounds = ['--name', 'shop', '--scopes', 'jobs:write', '--definitions', 'refund,mail-*']
  const { jobs } = service.clientOf(await conduit(settings, 'create', ...bounds))
  const free = () => jobs.submit({ steps: [] }).catch((problem: ConduitProblem) => problem.slug)
  // The service learns of its first key within 5 s.
  await expect.poll(free, { timeout: PATIENCE_MS }).toBe('forbidden')
  expect((await jobs.submit({ definition: 'refund' })).definition?.name).toBe('refund')
  expect(await conduit(settings, 'list')).toMatch(/ refund,mail-\* /)
})

test.each([
  ['keys', 'list'],
  ['keys', 'revoke', 'nobody'],
  ['limits', 'show', '--tenant', 'acme'],
  ['webhook-secret'],
  ['secrets', 'rekey'],
])('conduit %s %s tells of no database where none is, and makes none', async (...words) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'conduit-none-'))
  const dataDir = join(folder.path, 'data')
  const bin = join(import.meta.dirname, '../../bin/conduit.js')
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, SECRETS_KEY: 'x'.repeat(32) }
  await expect(promisify(execFile)(process.execPath, [bin, ...words], { env })).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `conduit: there is no database in ${dataDir} yet; DATABASE_URL or DATA_DIR says where the service's is\n`,
  })
  expect(await readdir(folder.path)).toEqual([])
})
