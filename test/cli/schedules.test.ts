import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'

const BIN = join(import.meta.dirname, '../../bin/conduit.js')

test('schedules are written from a file, listed, fired by hand, paused, resumed, filled back and removed', async () => {
  await using service = await startConduit({ settings: { PORT: '0' } })
  const CONDUIT_URL = await service.conduit.listen()
  const conduit = async (words: string[], input = ''): Promise<string> => {
    const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], CONDUIT_URL }
    const running = promisify(execFile)(process.execPath, [BIN, 'schedules', ...words], { env })
    running.child.stdin?.end(input)
    const { stdout, stderr } = await running
    return stdout + stderr
  }
  expect(await conduit(['put', 'nightly', '-'], 'cron: "0 3 * * *"\njob: { steps: [] }\n')).toContain('fires next at 2')
  expect(await conduit(['list'])).toMatch(/nightly\s+0 3 \* \* \*\s+in /)
  const id = (await conduit(['trigger', 'nightly'])).trim()
  expect((await service.client.jobs.get(id)).schedule).toBe('nightly')
  const { upcoming } = await service.client.schedules.get('nightly')
  expect((await conduit(['show', 'nightly'])).split('\n')).toEqual([
    ...['name      nightly', 'when      0 3 * * * (UTC)', 'state     on', 'overlap   skip', 'catch up  latest'],
    'last job  none',
    ...upcoming.map((moment, i) => `${i === 0 ? 'next' : ''.padEnd(4)}      ${moment}`),
    ...['job       {"steps":[]}', ''],
  ])
  expect(upcoming).toHaveLength(5)
  expect(JSON.parse(await conduit(['show', 'nightly', '--json']))).toMatchObject({ name: 'nightly', upcoming })
  expect(await conduit(['pause', 'nightly'])).toBe('the schedule nightly is paused\n')
  expect(await conduit(['show', 'nightly'])).toMatch(/^state +off$/m)
  expect(JSON.parse(await conduit(['resume', 'nightly', '--json']))).toMatchObject({ name: 'nightly', enabled: true })
  expect(await conduit(['resume', 'nightly'])).toBe(`the schedule nightly goes on; it fires next at ${upcoming[0]}\n`)
  await expect(conduit(['pause', 'weekly'])).rejects.toMatchObject({
    code: 1,
    stderr: 'conduit: there is no schedule weekly\n',
  })
  await conduit(['put', 'nightly', '-'], 'every: 1h\nenabled: false\njob: { steps: [] }\n')
  expect(await conduit(['show', 'nightly'])).toMatch(/^when +every 1h \(UTC\)\nstate +off$/m)
  const span = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-03T00:00:00Z']
  await conduit(['put', 'nightly', '-'], 'cron: "0 3 * * *"\njob: { steps: [] }\n')
  expect(await conduit(['backfill', 'nightly', ...span])).toContain('2 firings: 2 made, 0 were there')
  await conduit(['remove', 'nightly'])
  await expect(conduit(['show', 'nightly'])).rejects.toMatchObject({
    code: 1,
    stderr: 'conduit: there is no schedule nightly\n',
  })
})

test('one that stopped by itself is told so, and is not resumed', async () => {
  await using service = await startConduit({ settings: { PORT: '0' } })
  const CONDUIT_URL = await service.conduit.listen()
  await service.client.schedules.put('nightly', { cron: '0 3 * * *', job: { steps: [] } })
  // Whoever wrote it had no key, and now there is one.
  const { body } = await service.request('POST', '/v1/keys', { name: 'first', scopes: ['admin', 'schedules:write'] })
  const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], CONDUIT_URL, CONDUIT_KEY: body.secret }
  const { stderr } = await promisify(execFile)(process.execPath, [BIN, 'schedules', 'resume', 'nightly'], { env })
  expect(stderr).toMatch(/^the schedule nightly stopped by itself \(.+\): put it again\n$/)
})
