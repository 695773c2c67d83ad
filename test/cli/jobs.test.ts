import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { startConduit, type TestConduit } from '../support/conduit.ts'

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
  const all = { PATH: process.env['PATH'], CONDUIT_URL: url, CONDUIT_PROFILE: join(folder, 'profile.json'), ...env }
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
    ['an unknown command', ['fly'], 2, /unknown command/],
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
    expect(stderr).toMatch(/^conduit: no service answers[^\n]+CONDUIT_URL\n$/)
  })
})

describe('conduit jobs', () => {
  test('lists, shows, explains and cancels', async () => {
    const { stdout } = await conduit(['run', '-', '--wait', '--json'], { input: failing })
    const { id } = JSON.parse(stdout) as { id: string }
    const list = JSON.parse((await conduit(['jobs', 'list', '--state', 'failed', '--json'])).stdout)
    expect(list.data.map((job: { id: string }) => job.id)).toContain(id)
    expect((await conduit(['jobs', 'list', '--metadata', 'order=77'])).stdout).toMatch(/^ID +NAME +STATE/)
    expect((await conduit(['jobs', 'show', id])).stdout).toMatch(/check +LOGIC\.ASSERT/)
    expect((await conduit(['jobs', 'why', id])).stdout).toMatch(/^job \S+ failed: step check/)
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
  const env = { PATH: process.env['PATH'], CONDUIT_URL: url }
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
