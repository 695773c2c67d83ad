import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { PATIENCE_MS } from './patience.ts'

const OWN_RUN = join(import.meta.dirname, 'ownRun.ts')

/** Exits at a signal as Vitest does, with a child that has one of its own. */
const RUN = `
import { spawn } from 'node:child_process'
import ownRun from '${OWN_RUN}'
ownRun()
process.once('SIGTERM', () => process.exit())
const env = { ...process.env, INNER: 'echo $$; exec sleep 600' }
const child = spawn('sh', ['-c', 'sh -c "$INNER"; true'], { env })
child.stdout.once('data', (pid) => console.log(JSON.stringify([child.pid, Number(pid), process.env.TMPDIR])))`

test('a run that is ended by a signal leaves no process and no folder', async () => {
  const run = spawn(process.execPath, ['--input-type=module-typescript', '--eval', RUN], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(run.stdout), 'line')) as [string]
  const [child, grandchild, folder] = JSON.parse(line) as [number, number, string]
  expect([child, grandchild].map(isThere)).toEqual([true, true])
  expect(existsSync(folder)).toBe(true)
  run.kill('SIGTERM')
  await once(run, 'exit')
  // What has ended is there until whoever inherits it looks.
  await expect.poll(() => [child, grandchild].map(isThere), { timeout: PATIENCE_MS }).toEqual([false, false])
  expect(existsSync(folder)).toBe(false)
})

/** Ends well, after a test's process that left what it had started behind. */
const GOOD_RUN = `
import { spawnSync } from 'node:child_process'
import ownRun from '${OWN_RUN}'
const undo = ownRun()
const { stdout } = spawnSync('sh', ['-c', 'sleep 600 >/dev/null 2>&1 & echo $!'], { encoding: 'utf8' })
process.kill(Number(stdout), 0)
undo()
console.log(stdout)`

test('a run that ends well leaves nothing of a test that left something behind', async () => {
  const run = spawn(process.execPath, ['--input-type=module-typescript', '--eval', GOOD_RUN], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [pid] = (await once(createInterface(run.stdout), 'line')) as [string]
  await once(run, 'exit')
  await expect.poll(() => isThere(Number(pid)), { timeout: PATIENCE_MS }).toBe(false)
})

/** Prints its folder, that of a second project, and whether it is there after each is done; the first is undone last. */
const TWO_PROJECTS = `
import { existsSync } from 'node:fs'
import ownRun from '${OWN_RUN}'
const first = ownRun()
const folder = process.env.TMPDIR
const second = ownRun()
const told = [folder, process.env.TMPDIR]
second()
told.push(existsSync(folder))
first()
console.log(JSON.stringify([...told, existsSync(folder)]))`

test('all projects of a run have one folder: in folders within folders a browser finds its path too long', async () => {
  const run = spawn(process.execPath, ['--input-type=module-typescript', '--eval', TWO_PROJECTS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(run.stdout), 'line')) as [string]
  const [folder, ofSecond, between, after] = JSON.parse(line) as [string, string, boolean, boolean]
  expect([ofSecond, between, after]).toEqual([folder, true, false])
})

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
