import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const bin = join(import.meta.dirname, '../../bin/conduit.js')
type Ended = { code: number; stdout: string; stderr: string }

let service: TestConduit
let folder: string
let url: string

beforeAll(async () => {
  service = await startConduit({ settings: { PORT: '0' } })
  url = await service.conduit.listen()
  folder = await mkdtemp(join(tmpdir(), 'conduit-cli-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await service[Symbol.asyncDispose]()
})

function conduit(words: string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) {
  const all = {
    PATH: process.env['PATH'],
    TMPDIR: process.env['TMPDIR'],
    CONDUIT_URL: url,
    CONDUIT_PROFILE: join(folder, 'profile.json'),
    ...env,
  }
  return new Promise<Ended>((resolve) => {
    const child = execFile(process.execPath, [bin, ...words], { env: all }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
    child.stdin?.end(input)
  })
}

async function file(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

const greeting = JSON.stringify({
  name: 'greeting',
  metadata: { order: '77' },
  local_values: { who: 'World' },
  steps: [{ id: 'hello', action: 'TEXT.JOIN', parameters: { text1: 'Hello', text2: '{< who >}' } }],
  output: '{: hello :}',
})
const failing =
  'steps:\n  - id: check\n    action: LOGIC.ASSERT\n    parameters: { value1: 1, operator: "=", value2: 2 }\n'

const sleep = { action: 'TIME.SLEEP', parameters: { seconds: 200 } }
const question = { action: 'FLOW.ASK', parameters: { title: 'Refund?', to: 'ops', form: { type: 'object' } } }
const signal = { action: 'FLOW.SIGNAL', parameters: { name: 'paid' } }

describe('conduit run', () => {
  test('waits for the end and prints the output, from JSON and with other local values', async () => {
    const path = await file('greeting.json', greeting)
    expect(await conduit(['run', path, '--wait'])).toMatchObject({ code: 0, stdout: '"Hello World"\n' })
    expect(await conduit(['run', '-', '--wait', '--local', 'who=Ada'], { input: greeting })).toMatchObject({
      stdout: '"Hello Ada"\n',
    })
  })

  test('shows what happens, says why it failed, and ends with 1', async () => {
    const { code, stdout, stderr } = await conduit(['run', await file('failing.yaml', failing), '--watch'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^check {2}LOGIC\.ASSERT {2}\w+/)
    expect(stderr).toMatch(/^job \S+ failed: step check \(LOGIC\.ASSERT\) ended \w+/)
  })

  test.each([
    ['a file that is not there', ['run', '/nowhere.json'], 2, /no such file/],
    ['what is no JSON and no YAML, with line and column', ['run', '-'], 2, /-:1:\d+:/],
    ['an unknown command', ['fly'], 2, /unknown command.*\n\(--help tells more\)/],
    ['an unknown job', ['jobs', 'show', 'nobody'], 1, /^conduit: [^\n]*nobody[^\n]*\n$/],
  ])('says in a line what is wrong with %s', async (_name, words, code, said) => {
    const ended = await conduit(words, { input: '{"steps": [' })
    expect(ended.code).toBe(code)
    expect(ended.stderr).toMatch(said)
    expect(ended.stdout).toBe('')
  })

  test('says what to do where no service answers', async () => {
    const { code, stderr } = await conduit(['jobs', 'list'], { env: { CONDUIT_URL: 'http://127.0.0.1:9' } })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^conduit: no service answers at http:\/\/127\.0\.0\.1:9; [^\n]+CONDUIT_URL\n$/)
  })
})

describe('conduit jobs', () => {
  test.each([
    ['later', { run_at: '2099-01-01T00:00:00Z', steps: [] }, /^job later is scheduled for 2099-01-01T00:00:00/],
    ['nap', { steps: [sleep] }, /^job nap is waiting at step 1 \(TIME\.SLEEP\): asleep since \S+, until \S+\n$/],
    [
      'ask',
      { steps: [question] },
      /at step 1 \(FLOW\.ASK\): for an answer to “Refund\?” by ops since \S+, without an end\n$/,
    ],
    ['signal', { steps: [signal] }, /at step 1 \(FLOW\.SIGNAL\): for the signal paid since \S+, without an end\n$/],
  ])('why says what a job waits for: %s', async (id, definition, sentence) => {
    await service.request('POST', '/v1/jobs', { id, ...definition })
    await expect
      .poll(async () => (await service.request('GET', `/v1/jobs/${id}`)).body.state, { timeout: PATIENCE_MS })
      .toMatch(/waiting|scheduled/)
    expect((await conduit(['jobs', 'why', id])).stdout).toMatch(sentence)
    await service.request('POST', `/v1/jobs/${id}/cancel`)
  })

  test('lists, shows, explains and cancels', async () => {
    const { stdout } = await conduit(['run', '-', '--wait', '--json'], { input: failing })
    const { id } = JSON.parse(stdout) as { id: string }
    const list = JSON.parse((await conduit(['jobs', 'list', '--state', 'failed', '--json'])).stdout)
    expect(list.data.map((job: { id: string }) => job.id)).toContain(id)
    expect((await conduit(['jobs', 'list', '--metadata', 'order=77'])).stdout).toMatch(/^ID +NAME +STATE/)
    expect((await conduit(['jobs', 'show', id])).stdout).toMatch(/check +LOGIC\.ASSERT/)
    expect((await conduit(['jobs', 'why', id])).stdout).toMatch(/^job \S+ failed: step check/)
    expect((await conduit(['jobs', 'show', id])).stdout).toMatch(
      /check +LOGIC\.ASSERT +\w+ +InvalidType: the parameter/,
    )
    expect(JSON.parse((await conduit(['jobs', 'why', id, '--json'])).stdout)).toMatchObject({ id, state: 'failed' })
    const failedSince = ['jobs', 'list', '--action-failed', 'LOGIC.ASSERT', '--created-after', '2020-01-01']
    expect((await conduit(failedSince)).stdout).toContain(id)
    expect((await conduit([...failedSince, '--error-type', 'Other'])).stdout).toBe('')
    expect(await conduit(['jobs', 'cancel', id])).toMatchObject({ code: 1 })
  })
})

test('a profile holds address and key, and must be for its owner alone', async () => {
  await writeFile(join(folder, 'profile.json'), JSON.stringify({ url }), { mode: 0o644 })
  const open = await conduit(['blocks', 'TEXT.JOIN'], { env: { CONDUIT_URL: '' } })
  expect(open).toMatchObject({ code: 1, stderr: expect.stringContaining('chmod 600') })
  await rm(join(folder, 'profile.json'))
  await writeFile(join(folder, 'profile.json'), JSON.stringify({ url }), { mode: 0o600 })
  const own = await conduit(['blocks', 'TEXT.JOIN'], { env: { CONDUIT_URL: '' } })
  expect(own.stdout).toMatch(/^TEXT\.JOIN: /)
})

test('a reader that has seen enough is no failure', async () => {
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: process.env['TMPDIR'],
    CONDUIT_URL: url,
    CONDUIT_PROFILE: join(folder, 'profile.json'),
  }
  const child = spawn(process.execPath, [bin, 'blocks', '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.once('data', () => child.stdout.destroy())
  const [[code], said] = await Promise.all([once(child, 'exit'), text(child.stderr)])
  expect({ code, said }).toEqual({ code: 0, said: '' })
})

test('version, help and completion are at hand', async () => {
  expect((await conduit(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(await conduit(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('jobs') })
  for (const shell of ['bash', 'zsh', 'fish']) {
    expect((await conduit(['completion', shell])).stdout).toContain('jobs')
  }
})

test('events of new jobs are forwarded, signed as webhooks are', async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const received = Promise.withResolvers<unknown>()
  const receiver = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    const headers = request.headers as Record<string, string>
    const message = new Webhook(secret).verify(body, headers) as { type: string }
    response.writeHead(204).end()
    if (message.type === 'job.finished') received.resolve(message)
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], CONDUIT_URL: url }
  const listening: ChildProcess = spawn(process.execPath, [bin, 'listen', '--forward', target, '--secret', secret], {
    env,
  })
  try {
    await once(listening.stderr as NodeJS.ReadableStream, 'data')
    const { id } = await service.run(JSON.parse(greeting))
    expect(await received.promise).toMatchObject({ type: 'job.finished', data: { seq: 2, job: { id } } })
  } finally {
    listening.kill('SIGTERM')
    await once(listening, 'exit')
    receiver.close()
  }
})
