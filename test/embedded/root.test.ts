import { chmod, chown, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findPackage } from '../../src/embedded/binaries.ts'
import { lendFolder, IS_ROOT, makeFolder, NOBODY, query, readText, serverPid, start } from './harness.ts'
import { copyPackage } from './packageCopy.ts'

/** A folder that others can enter, one that they can't, and a place for what must be reached. */
async function makePlaces(): Promise<{ open: string; closed: string; stateDir: string }> {
  const open = await makeFolder()
  const closed = join(open, 'closed')
  await mkdir(closed, { mode: 0o700 })
  return { open, closed, stateDir: join(open, 'state') }
}

async function userOf(home: string): Promise<number> {
  return (await stat(`/proc/${await serverPid(home)}`)).uid
}

describe.runIf(IS_ROOT && process.platform === 'linux')('as root', () => {
  test('the server runs as nobody, in the folder, and the folder stays ours', async () => {
    const { open, stateDir } = await makePlaces()
    await lendFolder(join(open, 'data'))
    const { folder } = await start({ dataDir: join(open, 'data'), stateDir })
    expect(folder).toBe(join(open, 'data'))
    expect(await userOf(folder)).toBe(NOBODY.uid)
    expect((await stat(folder)).uid).toBe(0)
    expect((await stat(join(folder, 'postgres'))).mode & 0o777).toBe(0o700)
    await expect(stat(stateDir)).rejects.toThrow()
  })

  test('an empty folder of mode 700 is opened for passing through, and no further', async () => {
    const { closed, stateDir } = await makePlaces()
    const { folder } = await start({ dataDir: closed, stateDir })
    expect(folder).toBe(closed)
    expect((await stat(closed)).mode & 0o777).toBe(0o711)
  })

  test('below a closed folder the data goes elsewhere, and later starts follow', async () => {
    const { closed, stateDir } = await makePlaces()
    const dataDir = join(closed, 'data')
    const first = await start({ dataDir, stateDir })
    expect(first.folder.startsWith(`${stateDir}/`)).toBe(true)
    expect(await readText(join(dataDir, 'location'))).toBe(first.folder)
    expect(await readdir(dataDir)).toEqual(['location'])
    await query(first.connectionString, 'CREATE TABLE kept AS SELECT 7 AS n')
    await first.close()
    await chmod(closed, 0o755)
    const second = await start({ dataDir, stateDir: join(closed, 'other') })
    expect(second.folder).toBe(first.folder)
    expect(await query(second.connectionString, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
  })

  test('a closed folder with things of others in it is not opened', async () => {
    const { closed, stateDir } = await makePlaces()
    await mkdir(join(closed, 'letters'))
    const { folder } = await start({ dataDir: closed, stateDir })
    expect(folder.startsWith(stateDir)).toBe(true)
    expect((await stat(closed)).mode & 0o777).toBe(0o700)
  })

  test('starts at the same moment agree on the place', async () => {
    const { closed, stateDir } = await makePlaces()
    for (const dataDir of [closed, join(closed, 'letters', 'data')]) {
      await chmod(closed, 0o700)
      const servers = await Promise.all([1, 2].map(() => start({ dataDir, stateDir })))
      expect(new Set(servers.map(({ folder }) => folder)).size).toBe(1)
      await Promise.all(servers.map((server) => server.close()))
    }
  })

  test('data that went missing is an error, not an empty database', async () => {
    const { closed, stateDir } = await makePlaces()
    const dataDir = join(closed, 'data')
    const server = await start({ dataDir, stateDir })
    await server.close()
    await rm(server.folder, { recursive: true })
    const starting = start({ dataDir, stateDir })
    await expect(starting).rejects.toMatchObject({
      code: 'data-missing',
      message: expect.stringContaining(server.folder),
    })
  })

  test('data that a folder closed later keeps away is an error, not an empty database', async () => {
    const { open, stateDir } = await makePlaces()
    const parent = join(open, 'parent')
    await lendFolder(join(parent, 'data'))
    await chmod(parent, 0o700)
    const starting = start({ dataDir: join(parent, 'data'), stateDir })
    await expect(starting).rejects.toMatchObject({ code: 'unreachable-folder' })
    await expect(starting).rejects.toThrow(`chmod o+x ${parent}`)
  })

  test('the data of a plain user is served as that user', async () => {
    const { open, stateDir } = await makePlaces()
    const folder = join(open, 'data')
    await lendFolder(folder)
    await giveAway(folder, 12_345)
    onTestFinished(() => giveAway(folder, NOBODY.uid))
    const server = await start({ dataDir: folder, stateDir })
    expect(await userOf(folder)).toBe(12_345)
    expect(await query(server.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('data that a restore left to root is refused with the command that helps', async () => {
    const { open, stateDir } = await makePlaces()
    const folder = join(open, 'data')
    await lendFolder(folder)
    onTestFinished(() => giveAway(folder, NOBODY.uid))
    await giveAway(join(folder, 'postgres'), 0)
    const starting = start({ dataDir: folder, stateDir })
    await expect(starting).rejects.toMatchObject({ code: 'wrong-owner' })
    await expect(starting).rejects.toThrow(`chown -R ${NOBODY.uid} ${folder}/postgres`)
  })

  test('programs below a closed folder are copied once, whole, also by several at once', async () => {
    const { open, closed, stateDir } = await makePlaces()
    const binariesDir = await copyPackage(join(closed, 'linux'))
    const dataDir = join(open, 'data')
    await lendFolder(dataDir)
    const servers = await Promise.all([1, 2, 3].map(() => start({ dataDir, stateDir, binariesDir })))
    const [copy, ...others] = await readdir(stateDir)
    expect(others).toEqual([])
    const { version } = JSON.parse(await readFile(join(findPackage(), 'package.json'), 'utf8'))
    expect(copy).toBe(`postgres-${version}-linux`)
    const program = await readText(`/proc/${await serverPid(dataDir)}/cmdline`)
    expect(program.startsWith(join(stateDir, copy ?? ''))).toBe(true)
    await Promise.all(servers.map((server) => server.close()))
  })

  test('a strict umask closes nothing that the server needs', async () => {
    const { open, closed } = await makePlaces()
    const binariesDir = await copyPackage(join(closed, 'linux'))
    const before = process.umask(0o077)
    onTestFinished(() => void process.umask(before))
    const stateDir = join(open, 'a', 'state')
    const server = await start({ dataDir: join(open, 'b', 'data'), stateDir, binariesDir })
    expect(server.folder).toBe(join(open, 'b', 'data'))
    expect(await query(server.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  })
})

async function giveAway(folder: string, uid: number): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) await chown(join(folder, name), uid, uid)
  await chown(folder, uid, uid)
}
