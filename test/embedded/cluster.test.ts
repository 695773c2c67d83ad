import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { EmbeddedServerError } from '../../src/embedded/errors.ts'
import { makeDataDir, makeEmptyDir, query, start, startService } from './harness.ts'
import { PATIENCE_MS } from '../support/patience.ts'

test('an initdb that was cut short is done again, and its traces go', async () => {
  const dataDir = await makeEmptyDir()
  const killed = startService({ dataDir })
  killed.opened.catch(() => undefined)
  const drafts = async () => (await readdir(dataDir).catch(() => [])).filter((name) => name.startsWith('postgres.new.'))
  await vi.waitUntil(async () => {
    const [draft] = await drafts()
    return draft !== undefined && (await readdir(join(dataDir, draft))).includes('base')
  }, PATIENCE_MS)
  await killed.kill()
  expect(await readdir(dataDir)).not.toContain('postgres')
  const server = await start({ dataDir })
  expect(await query(server.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  await server.close()
  await vi.waitUntil(async () => {
    await (await start({ dataDir })).close()
    return (await drafts()).length === 0 // the orphaned initdb may write a little longer
  }, PATIENCE_MS)
})

test('the draft of a start that still goes on is left alone', async () => {
  const dataDir = await makeEmptyDir()
  const draft = `postgres.new.${process.pid}.abc`
  await mkdir(join(dataDir, draft), { recursive: true })
  await start({ dataDir })
  expect(await readdir(dataDir)).toContain(draft)
})

test('the data of another major version is refused, with the folder and the way on', async () => {
  const dataDir = await makeDataDir()
  onTestFinished(() => writeFile(join(dataDir, 'postgres/PG_VERSION'), '18\n'))
  await writeFile(join(dataDir, 'postgres/PG_VERSION'), '17\n')
  const starting = start({ dataDir })
  await expect(starting).rejects.toBeInstanceOf(EmbeddedServerError)
  await expect(starting).rejects.toMatchObject({ code: 'wrong-version' })
  await expect(starting).rejects.toThrow(`${dataDir}/postgres was written by Postgres 17; this is Postgres 18`)
})

test('something else in the place of the data is neither used nor harmed', async () => {
  const dataDir = await makeDataDir()
  onTestFinished(() => writeFile(join(dataDir, 'postgres/PG_VERSION'), '18\n', { mode: 0o644 }))
  await rm(join(dataDir, 'postgres/PG_VERSION'))
  await expect(start({ dataDir })).rejects.toMatchObject({ code: 'not-a-database' })
  expect(await readdir(join(dataDir, 'postgres'))).toContain('base')
})

test('a file in the place of the folder is refused', async () => {
  const dataDir = await makeEmptyDir()
  await writeFile(dataDir, '')
  const message = `The folder ${dataDir} can't be used: a file is in the way. Name a folder.`
  await expect(start({ dataDir })).rejects.toMatchObject({ code: 'unreachable-folder', message })
})
