import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import { createEmptyDatabase } from '../support/database.ts'
import { ROOT } from '../docs/fences.ts'
import { PATIENCE_MS } from '../support/patience.ts'

// A person's first hour, command by command: each is a process, and on a busy machine that takes its time.
vi.setConfig({ testTimeout: 5 * PATIENCE_MS })

const BIN = join(ROOT, 'bin/conduit.js')
const NOW = 'name: parcel\nlocal_values: { grams: GRAMS }\nsteps:\n'
const STEPS = `  - { id: weigh, action: MATH.SUM, parameters: { value1: "{< grams >}", value2: 50 } }
  - { id: label, action: FLOW.SET, parameters: { value: "Parcel of {: weigh :} g" } }
output: "{: label :}"
`
const MISTAKEN = `steps:
  - { id: a, action: TEXT.JION, parameters: { text1: x } }
  - { id: b, action: TEXT.UPPERCASE, parameters: { txt: x } }
`

test('start, run and watch, ask why, mend and run again, validate, be told: nothing else is needed', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'conduit-hour-'))
  await using database = await createEmptyDatabase()
  await using stack = new AsyncDisposableStack()
  const home = {
    PATH: process.env['PATH'],
    TMPDIR: process.env['TMPDIR'],
    HOME: folder.path,
    DATABASE_URL: database.url,
  }
  const begin = (words: readonly string[], env: object): ChildProcess => {
    const child = spawn(process.execPath, [BIN, ...words], {
      cwd: folder.path,
      env: { ...home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    stack.defer(async () => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    })
    return child
  }
  const service = begin(['start'], { PORT: '0' })
  let url = ''
  for await (const line of createInterface(service.stdout as NodeJS.ReadableStream)) {
    url = /Conduit listens on (http:[^ ,]+)/.exec(line)?.[1] ?? ''
    if (url !== '') break
  }
  service.stdout?.resume()
  const env = { ...home, CONDUIT_URL: url }
  const conduit = (...words: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [BIN, ...words], { cwd: folder.path, env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      )
    })
  const write = (name: string, text: string) => writeFile(join(folder.path, name), text)

  const looked = (await conduit('doctor')).stdout
  expect(looked).toContain(`service: ${url} is ready: conduit `)
  expect(looked).toMatch(/^well {2}time: this clock and the service's agree$/m)

  // It fails, and says why at once; the code is for scripts.
  await write('parcel.yaml', NOW.replace('GRAMS', '"2.5 kg"') + STEPS)
  const failed = await conduit('run', 'parcel.yaml', '--id', 'p-1', '--watch')
  expect(failed.code).toBe(1)
  expect(failed.stdout).toMatch(/^weigh {2}MATH\.SUM {2}INVALID_TYPE[\s\S]*\nlabel {2}FLOW\.SET {2}SKIPPED\n/)
  const why = await conduit('jobs', 'why', 'p-1')
  expect(why.stdout).toMatch(
    /^job p-1 failed: step weigh \(MATH\.SUM\) ended INVALID_TYPE: .*must be a number; \{< grams >\} gave string/,
  )
  expect(why.stdout.split('\n')).toHaveLength(2)

  // Again, with what was wrong put right.
  const again = await conduit('jobs', 'rerun', 'p-1', '--from', 'failed', '--local', 'grams=1500')
  expect(again.code).toBe(0)
  const watched = await conduit('jobs', 'watch', again.stdout.trim())
  expect(watched.stdout).toContain('label  FLOW.SET  DONE')
  expect(watched.code).toBe(0)
  const list = await conduit('jobs', 'list')
  expect(list.stdout.split('\n')[0]).toMatch(/^ID +NAME +STATE +FAILED STEP +CREATED +TOOK$/)
  expect(list.stdout).toMatch(/p-1 +parcel +failed +weigh/)

  // Three mistakes come at once, each with its place and what was meant.
  await write('mistaken.yaml', MISTAKEN)
  const mistakes = await conduit('validate', 'mistaken.yaml')
  expect(mistakes.code).toBe(1)
  expect(mistakes.stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^mistaken\.yaml {2}\/steps\/0\/action {2}error: .*TEXT\.JOIN/),
    expect.stringMatching(/^mistaken\.yaml {2}\/steps\/1\/parameters {2}error: .*text/),
    expect.stringMatching(/^mistaken\.yaml {2}\/steps\/1\/parameters\/txt {2}error: .*text/),
  ])

  // Definitions with names go there and back as files; what differs is told, by the code too.
  await mkdir(join(folder.path, 'definitions'))
  await write('definitions/label.yaml', `steps:\n${STEPS}`)
  expect(await conduit('definitions', 'push', 'definitions')).toMatchObject({ code: 0 })
  expect(await conduit('definitions', 'diff', 'definitions')).toMatchObject({ code: 0 })
  await write('definitions/label.yaml', `steps:\n${STEPS.replace('Parcel', 'Letter')}`)
  const differs = await conduit('definitions', 'diff', 'definitions')
  expect(differs.code).toBe(1)
  expect(differs.stdout).toContain('label')
  expect(await conduit('definitions', 'pull', 'pulled')).toMatchObject({ code: 0 })
  expect(await readdir(join(folder.path, 'pulled'))).toEqual([expect.stringMatching(/^label\./)])

  // Its events reach a program on this machine.
  const told = Promise.withResolvers<string>()
  const receiver = createServer(async (request, response) => {
    const { type } = JSON.parse((await request.toArray()).join('')) as { type: string }
    response.writeHead(204).end()
    if (type === 'job.finished') told.resolve(type)
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  stack.defer(() => void receiver.close())
  const { port } = receiver.address() as AddressInfo
  const listening = begin(['listen', '--forward', `http://127.0.0.1:${port}`], { CONDUIT_URL: url })
  await once(listening.stderr as NodeJS.ReadableStream, 'data')
  await write('parcel.yaml', NOW.replace('GRAMS', '900') + STEPS)
  const well = await conduit('run', 'parcel.yaml', '--wait')
  expect(well).toMatchObject({ code: 0, stdout: '"Parcel of 950 g"\n' })
  expect(await told.promise).toBe('job.finished')
})
