import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const bin = join(import.meta.dirname, '../../bin/conduit.js')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conduit-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Nothing to ask: there is no service, and no database. */
function conduit(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [bin, ...words],
      { env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code)
        resolve({ code, stdout: stdout.replaceAll(folder, ''), stderr: stderr.replaceAll(folder, '') })
      },
    )
  })
}

const greeting = (output: string): object => ({
  steps: [{ id: 'join', action: 'TEXT.JOIN', parameters: { text1: 'a', text2: 'b' } }],
  output: '{: join :}',
  tests: [{ name: 'joins', expect: { success: true, output } }],
})

test('the tests of files run without a service, a line each', async () => {
  const [well, wrong] = [join(folder, 'well.json'), join(folder, 'wrong.json')]
  await writeFile(well, JSON.stringify(greeting('a b')))
  await writeFile(wrong, JSON.stringify(greeting('cd')))
  expect(await conduit('test', well)).toMatchObject({ code: 0, stdout: '/well.json  well  joins\n' })
  const failed = await conduit('test', well, wrong)
  expect(failed.code).toBe(1)
  expect(failed.stdout).toContain('/wrong.json  FAILED  joins\n')
  expect(failed.stdout).toContain('/tests/0/expect/output  is "a b", not "cd"')
  const { stdout } = await conduit('test', '--json', wrong)
  expect(JSON.parse(stdout)).toMatchObject([{ success: false, tests: [{ name: 'joins' }] }])
})

test('a file that is none is 2, a definition that could be no job 1', async () => {
  expect((await conduit('test', join(folder, 'nobody.json'))).code).toBe(2)
  const bad = join(folder, 'bad.yaml')
  await writeFile(bad, 'steps: [{ action: 5 }]\ntests: [{ name: a, expect: { success: true } }]\n')
  const { code, stdout } = await conduit('test', bad)
  expect([code, stdout.includes('/steps/0/action')]).toEqual([1, true])
})
