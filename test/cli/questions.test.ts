import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const bin = join(import.meta.dirname, '../../bin/conduit.js')

test('questions are listed and answered, by their own id or that of the job', async () => {
  await using service = await startConduit({ settings: { PORT: '0' } })
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: process.env['TMPDIR'],
    CONDUIT_URL: await service.conduit.listen(),
    CONDUIT_PROFILE: '/nowhere',
  }
  const conduit = (...words: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [bin, 'questions', ...words], { env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      )
    })
  const ask = (id: string, title: string) => ({ id, action: 'FLOW.ASK', parameters: { title, to: 'Ada' } })
  expect(await conduit('list')).toEqual({ code: 0, stdout: '', stderr: 'there are no open questions\n' })
  await service.request('POST', '/v1/jobs', { id: 'one', steps: [ask('a', 'Ship it?')] })
  const branches = ['b', 'c'].map((id) => ({ id, steps: [ask(id, id)] }))
  await service.request('POST', '/v1/jobs', { id: 'two', steps: [{ action: 'FLOW.PARALLEL', branches }] })
  await expect
    .poll(async () => (await conduit('list', '--json')).stdout.match(/"open"/g)?.length, { timeout: PATIENCE_MS })
    .toBe(3)
  expect((await conduit('list', '--job', 'one')).stdout).toMatch(
    /^ID +JOB +TITLE +TO +ASKED\n\S+ +one +Ship it\? +Ada /,
  )

  expect(await conduit('answer', 'two', 'approved=true')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/more than one/),
  })
  expect(await conduit('answer', 'one', 'approved=maybe')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/\/value\/approved/),
  })
  expect(await conduit('answer', 'one', '--value', '{')).toMatchObject({ code: 2 })
  expect(await conduit('answer', 'one', 'approved=true', '--by', 'Ada')).toMatchObject({
    code: 0,
    stderr: 'answered: Ship it?\n',
  })
  expect(await conduit('answer', 'one', 'approved=true')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^conduit: the question of job one was answered before, by Ada, /),
  })
  await service.request('POST', '/v1/jobs', { id: 'silent', steps: [] })
  expect(await conduit('answer', 'silent', 'approved=true')).toMatchObject({
    code: 1,
    stderr: 'conduit: job silent asks nothing now\n',
  })
  const { data } = JSON.parse((await conduit('list', '--json')).stdout) as { data: { id: string }[] }
  for (const { id } of data) {
    expect((await conduit('answer', id, '--value', '{"approved":false}', '--json')).stdout).toContain('"answered"')
  }
  expect(await conduit('answer', 'nobody', 'approved=true')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no question nobody/),
  })
}, 180_000)
