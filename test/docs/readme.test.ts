import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'

const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')

test("the README's curl session works when it is pasted, and when it is pasted again", async () => {
  const session = /```sh\n(# Submit a job[\s\S]*?)```/.exec(readme)?.[1] ?? ''
  await using service = await startConduit({ settings: { PORT: '0' } })
  const address = await service.conduit.listen()
  const script = session.replaceAll('http://127.0.0.1:3000', address).replaceAll(/^curl -s/gm, 'echo; curl -sf')
  expectAsShown(await repliesOf(script), 1)
  // Its ids have the second in them.
  const second = (): number => Math.floor(Date.now() / 1000)
  await expect.poll(second).toBeGreaterThan(second())
  expectAsShown(await repliesOf(script), 2)
})

type Reply = Record<string, unknown> & { readonly data?: readonly unknown[] }

async function repliesOf(script: string): Promise<Reply[]> {
  const { stdout } = await promisify(execFile)('bash', ['-ec', script])
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** @param jobs how many the list has: one more each time */
function expectAsShown(replies: readonly Reply[], jobs: number): void {
  expect(replies.map(({ output, state }) => output ?? state ?? null).slice(0, 2)).toEqual([
    'HELLO SPACE',
    'HELLO SPACE',
  ])
  expect(replies.map((reply) => reply.state ?? reply.return_value ?? reply.valid ?? reply.data?.length)).toEqual([
    'succeeded',
    'succeeded',
    'Hello World',
    jobs,
    'running',
    'cancelled',
    26,
    false,
  ])
}
