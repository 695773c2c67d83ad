import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { NameFiles } from '../../../src/outbound/names/machineNames.ts'
import { networkResolver } from '../../../src/outbound/names/networkResolver.ts'
import { startNameServer, type Zone } from './nameServer.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

/** A machine's files with this text in them, gone at the end of the scope. */
function filesWith({ hosts = '', resolv = '' }): NameFiles & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'names-'))
  const files = { hosts: join(folder, 'hosts'), resolv: join(folder, 'resolv.conf') }
  writeFileSync(files.hosts, hosts)
  writeFileSync(files.resolv, resolv)
  return { ...files, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

/** Looks one name up where the network and the machine's files say this. */
async function lookUp(name: string, zone: Zone, text: { hosts?: string; resolv?: string } = {}) {
  await using server = await startNameServer(zone)
  using files = filesWith(text)
  const resolve = networkResolver({ servers: [server.address], files })
  const outcome = await resolve(name).catch((error: NodeJS.ErrnoException) => error.code)
  return { outcome, asked: new Set(server.asked) }
}

const four = (address: string) => ({ address, family: 4 })
const six = (address: string) => ({ address, family: 6 })
const ONE: Zone = () => ({ four: ['192.0.2.1'] })

describe('the network', () => {
  test('is asked for both families, IPv4 first', async () => {
    const { outcome } = await lookUp('both.test', () => ({ four: ['192.0.2.1', '192.0.2.2'], six: ['2001:db8::1'] }))
    expect(outcome).toEqual([four('192.0.2.1'), four('192.0.2.2'), six('2001:db8::1')])
  })

  test('may know one family alone', async () => {
    expect((await lookUp('four.test', ONE)).outcome).toEqual([four('192.0.2.1')])
    expect((await lookUp('six.test', () => ({ six: ['2001:db8::1'] }))).outcome).toEqual([six('2001:db8::1')])
  })

  test('may know nothing of a name', async () => {
    expect((await lookUp('none.test', () => null)).outcome).toBe('ENOTFOUND')
    expect((await lookUp('empty.test', () => ({}))).outcome).toBe('ENOTFOUND')
  })

  test('that never answers is given up', { timeout: PATIENCE_MS }, async () => {
    expect((await lookUp('silent.test', () => 'silence')).outcome).toBe('ETIMEOUT')
  })
})

describe('the hosts file', () => {
  const hosts = '# ours\n10.0.0.7 db.internal DB # the one\n::7 db\nnonsense here\n10.0.0.8 other\n'

  test('comes first, in any case and with both families', async () => {
    const { outcome, asked } = await lookUp('Db', ONE, { hosts })
    expect(outcome).toEqual([four('10.0.0.7'), six('::7')])
    expect((await lookUp('db.internal.', ONE, { hosts })).outcome).toEqual([four('10.0.0.7')])
    expect(asked).toEqual(new Set())
  })

  test('of a machine without one says nothing', async () => {
    await using server = await startNameServer(ONE)
    const files = { hosts: '/nowhere/hosts', resolv: '/nowhere/resolv.conf' }
    expect(await networkResolver({ servers: [server.address], files })('a.test')).toEqual([four('192.0.2.1')])
  })

  test('need not name localhost', async () => {
    for (const name of ['localhost', 'LOCALHOST.', 'a.localhost']) {
      const { outcome, asked } = await lookUp(name, ONE)
      expect(outcome).toEqual([four('127.0.0.1'), six('::1')])
      expect(asked.size).toBe(0)
    }
  })
})

describe('the search list', () => {
  const resolv = 'nameserver 192.0.2.53\ndomain ignored.test\nsearch a.test b.test # ours\noptions timeout:1 ndots:2\n'
  const inB: Zone = (name) => (name.endsWith('.b.test') ? { four: ['192.0.2.9'] } : null)

  test('is tried first for short names', async () => {
    const { outcome, asked } = await lookUp('shop', inB, { resolv })
    expect(outcome).toEqual([four('192.0.2.9')])
    expect([...asked]).toEqual(['shop.a.test', 'shop.b.test'])
  })

  test('is tried last for names with dots enough', async () => {
    const { asked } = await lookUp('shop.west.eu', inB, { resolv })
    expect([...asked]).toEqual(['shop.west.eu', 'shop.west.eu.a.test', 'shop.west.eu.b.test'])
  })

  test('is not for names that end in a dot', async () => {
    const { outcome, asked } = await lookUp('shop.', inB, { resolv })
    expect(outcome).toBe('ENOTFOUND')
    expect([...asked]).toEqual(['shop'])
  })
})
