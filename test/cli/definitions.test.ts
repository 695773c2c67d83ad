import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

const bin = join(import.meta.dirname, '../../bin/conduit.js')
let service: TestConduit
let folder: string
let url: string
beforeAll(async () => {
  service = await startConduit({ settings: { PORT: '0' } })
  url = await service.conduit.listen()
  folder = await mkdtemp(join(tmpdir(), 'conduit-definitions-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await service[Symbol.asyncDispose]()
})

function definitions(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: process.env['TMPDIR'],
    CONDUIT_URL: url,
    CONDUIT_PROFILE: join(folder, 'profile'),
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, 'definitions', ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

const steps = [{ id: 'a', action: 'LOGIC.TRUE' }]

test('a folder is pushed, compared, and pulled', async () => {
  await writeFile(join(folder, 'one.json'), JSON.stringify({ $schema: 'https://example.com', name: 'one', steps }))
  await writeFile(join(folder, 'two.yaml'), 'steps: [{ id: a, action: LOGIC.TRUE }]\n')
  expect(await definitions('diff', folder)).toMatchObject({ code: 1, stdout: 'one  only here\ntwo  only here\n' })
  expect(await definitions('push', folder)).toMatchObject({ code: 0, stdout: 'one  version 1\ntwo  version 1\n' })
  expect(await definitions('diff', folder)).toMatchObject({ code: 0, stdout: '' })
  await service.request('PUT', '/v1/definitions/two', { steps, title: 'Two' })
  await service.request('PUT', '/v1/definitions/three', { steps })
  expect(await definitions('diff', folder)).toMatchObject({ code: 1, stdout: 'three  only there\ntwo  differs\n' })
  const pulled = join(folder, 'pulled')
  expect((await definitions('pull', pulled)).code).toBe(0)
  expect((await readdir(pulled)).sort()).toEqual(['one.json', 'three.json', 'two.json'])
  expect(JSON.parse(await readFile(join(pulled, 'two.json'), 'utf8'))).toEqual({ steps, title: 'Two' })
  expect((await definitions('diff', pulled)).code).toBe(0)
})

test('pull writes into the file that has a definition, and leaves alone what says the same', async () => {
  const own = await mkdtemp(join(folder, 'own-'))
  const kept = '# why it is so\nsteps: [{ action: LOGIC.TRUE, id: kept }]\n'
  await writeFile(join(own, 'kept.yaml'), kept)
  await writeFile(join(own, 'changed.yml'), 'steps: [{ id: a, action: LOGIC.TRUE }]\n')
  expect((await definitions('push', own)).code).toBe(0)
  await service.request('PUT', '/v1/definitions/changed', { steps, title: 'Changed' })
  expect((await definitions('pull', own)).code).toBe(0)
  expect(await readFile(join(own, 'kept.yaml'), 'utf8')).toBe(kept)
  expect(await readFile(join(own, 'changed.yml'), 'utf8')).toMatch(/^title: Changed$/m)
  expect(await readdir(own)).not.toEqual(expect.arrayContaining(['kept.json']))
  expect(await definitions('diff', own)).toMatchObject({ code: 0, stdout: '' })
})

test('what is refused of a folder is told by its file, and the others are written', async () => {
  const mixed = await mkdtemp(join(folder, 'mixed-'))
  await writeFile(join(mixed, 'first.json'), JSON.stringify({ steps: [{ action: 'NO.SUCH' }, { action: 'NO.OTHER' }] }))
  await writeFile(join(mixed, 'second.json'), JSON.stringify({ steps }))
  const pushed = await definitions('push', mixed)
  expect(pushed).toMatchObject({ code: 1, stdout: 'second  version 1\n' })
  expect(pushed.stderr.split('\n')).toEqual([
    'first.json  /steps/0/action  there is no block named NO.SUCH',
    'first.json  /steps/1/action  there is no block named NO.OTHER',
    '',
  ])
})

test('a folder that is none is 2, a definition that is refused 1', async () => {
  expect((await definitions('push', join(folder, 'nowhere'))).code).toBe(2)
  const bad = await mkdtemp(join(folder, 'bad-'))
  await writeFile(join(bad, 'bad.json'), JSON.stringify({ steps: [{ action: 'NO.SUCH' }] }))
  expect((await definitions('push', bad)).code).toBe(1)
})
