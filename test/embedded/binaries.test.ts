import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { IS_ROOT, makeDataDir, makeFolder, NOBODY, query, start, startService } from './harness.ts'
import { copyPackage, foundLinks, listLinks } from './packageCopy.ts'

describe.runIf(process.platform === 'linux')('where npm ran no install scripts', () => {
  test('the library links are made at start', async () => {
    const folder = await makeFolder()
    const binariesDir = await copyPackage(join(folder, 'package'))
    expect(await foundLinks(binariesDir)).toEqual([])
    const server = await start({ dataDir: await makeDataDir(), binariesDir })
    expect(await query(server.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
    expect(await foundLinks(binariesDir)).toHaveLength((await listLinks(binariesDir)).length)
    expect(await readdir(server.folder)).not.toContain('lib')
  })

  test('several starts make them together', async () => {
    const folder = await makeFolder()
    const binariesDir = await copyPackage(join(folder, 'package'))
    const dataDirs = await Promise.all(Array.from({ length: 4 }, () => makeDataDir()))
    await Promise.all(dataDirs.map((dataDir) => start({ dataDir, binariesDir })))
    expect(await foundLinks(binariesDir)).toHaveLength((await listLinks(binariesDir)).length)
  })

  test('in a node_modules that takes no files they are made beside the data', async () => {
    const folder = await makeFolder()
    const binariesDir = await copyPackage(join(folder, 'package'))
    await chmod(join(binariesDir, 'native/lib'), 0o555)
    const dataDir = join(folder, 'data')
    await mkdir(dataDir)
    if (IS_ROOT) await chown(dataDir, NOBODY.uid, NOBODY.gid)
    for (const place of ['package', 'package']) {
      const service = startService({ dataDir, binariesDir: join(folder, place) }, IS_ROOT ? NOBODY : {})
      const { connectionString } = await service.opened
      expect(await query(connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
      await service.close()
    }
    expect(await foundLinks(binariesDir)).toEqual([])
    expect(await readdir(join(dataDir, 'lib'))).toContain('libpq.so.5')
    await chmod(join(binariesDir, 'native/lib'), 0o755)
  })
})

test('without a Postgres in the package the error says what to do', async () => {
  const dataDir = await makeDataDir()
  const starting = start({ dataDir, binariesDir: join(dataDir, 'nowhere') })
  await expect(starting).rejects.toMatchObject({
    code: 'no-binaries',
    message: expect.stringContaining('DATABASE_URL'),
  })
})

test('programs that this system cannot run are an error that says so', async () => {
  const folder = await makeFolder()
  const binariesDir = join(folder, 'package')
  await mkdir(join(binariesDir, 'native/bin'), { recursive: true })
  await writeFile(join(binariesDir, 'package.json'), '{"version":"18.4.0"}')
  await writeFile(join(binariesDir, 'native/bin/initdb'), '#!/no/such/loader\n', { mode: 0o755 })
  const starting = start({ dataDir: join(folder, 'data'), binariesDir })
  await expect(starting).rejects.toMatchObject({ code: 'no-binaries', message: expect.stringContaining('glibc') })
})
