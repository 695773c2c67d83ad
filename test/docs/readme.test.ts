import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'

const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')

test("the README's curl session works when it is pasted", async () => {
  const session = /```sh\n(# Submit a job[\s\S]*?)```/.exec(readme)?.[1] ?? ''
  await using service = await startConduit({ settings: { PORT: '0' } })
  const address = await service.conduit.listen()
  const script = session.replaceAll('http://127.0.0.1:3000', address).replaceAll(/^curl -s/gm, 'echo; curl -sf')
  const { stdout } = await promisify(execFile)('bash', ['-ec', script])
  const replies = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  expect(replies.map(({ output, state }) => output ?? state ?? null).slice(0, 2)).toEqual([
    'HELLO SPACE',
    'HELLO SPACE',
  ])
  expect(replies.map((reply) => reply.state ?? reply.return_value ?? reply.valid ?? reply.data?.length)).toEqual([
    'succeeded',
    'succeeded',
    'Hello World',
    1,
    'running',
    'cancelled',
    26,
    false,
  ])
})
