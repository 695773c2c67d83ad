import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/read.ts'
import { createConduit } from '../../src/compose/conduit.ts'
import { startConduit } from '../support/conduit.ts'

test.each([
  ['PORT', 'abc'],
  ['PORT', '65536'],
  ['CONCURRENCY', '-1'],
  ['LOG_LEVEL', 'loud'],
  ['DATABASE_URL', 'mysql://host/name'],
  ['LEASE_SECONDS', '0'],
  ['MAX_STEPS', '0'],
  ['ALLOW_ANONYMOUS', 'yes'],
  ['WEBHOOK_RETRY_SCHEDULE', 'soon'],
  ['CORS_ORIGINS', 'app.example.com'],
  ['CORS_ORIGINS', 'https://app.example.com/'],
  ['CORS_ORIGINS', 'https://app.example.com, *'],
])('%s=%s ends the start with one line that names the variable', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} [^\\n]*$`))
})

test.each(['*', 'https://a.example,http://localhost:5173', 'https://a.example , capacitor://localhost,'])(
  'CORS_ORIGINS=%s is taken',
  (value) => {
    expect(readConfig({ CORS_ORIGINS: value })).toMatchObject({ CORS_ORIGINS: value })
  },
)

test('a setting that is empty counts as left out', () => {
  expect(readConfig({ PORT: '', CONCURRENCY: '' })).toMatchObject({ PORT: 3000, CONCURRENCY: 64 })
})

test('a setting that nobody reads is told of, with the one that was most likely meant', async () => {
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const settings = { MAX_QUEUD: '5', CONCURENCY: '5', port: '5', PATH: '/bin', HOSTNAME: 'a' }
  await using _service = await startConduit({ settings, log })
  const told = lines.map((line) => JSON.parse(line)).filter(({ meant }) => meant !== undefined)
  expect(told.map(({ msg }) => msg)).toEqual([
    'MAX_QUEUD is no setting; did you mean MAX_QUEUED?',
    'CONCURENCY is no setting; did you mean CONCURRENCY?',
    'port is no setting; did you mean PORT?',
  ])
})

test.each([
  ['a', [expect.stringMatching(/^WEBHOOK_SECRET has fewer than 16 characters: .*; set a random one/)]],
  ['a'.repeat(15), [expect.stringMatching(/^WEBHOOK_SECRET has fewer/)]],
  ['a'.repeat(16), []],
])('a WEBHOOK_SECRET that can be guessed works, and is told of: %s', async (secret, told) => {
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  await using _service = await startConduit({ settings: { WEBHOOK_SECRET: secret }, log })
  expect(lines.map((line) => JSON.parse(line)).flatMap(({ setting, msg }) => (setting ? [msg] : []))).toEqual(told)
  expect(lines.join('')).not.toContain(`"${secret}"`)
})

test('a database that is not there ends the start with the variable that names it', async () => {
  const settings = { DATABASE_URL: 'postgresql://postgres@127.0.0.1:1/none', LOG_LEVEL: 'silent' }
  await expect(createConduit({ settings })).rejects.toThrow(/^DATABASE_URL: [^\n]*ECONNREFUSED/)
})

test('so does a module of blocks', async () => {
  const settings = { BLOCKS: '/no/such/blocks.ts', LOG_LEVEL: 'silent' }
  await expect(createConduit({ settings })).rejects.toThrow(/^BLOCKS: \/no\/such\/blocks\.ts can't be loaded/)
})

test.each(['a b', '256.1.1.1', '1.2.3.4.5', 'http://here', 'here:3000', 'a/b', '[::1', '::g'])(
  'HOST=%s is no host, and that is what is said of it',
  async (HOST) => {
    const starting = createConduit({ settings: { HOST, LOG_LEVEL: 'silent' } })
    await expect(starting).rejects.toThrow(/^HOST must be an address or a name, such as [^\n]+$/)
  },
)

test.each(['::1', '[::1]', 'localhost', '0.0.0.0', 'conduit.internal', 'a_b', 'fe80::1%eth0'])(
  'HOST=%s is one',
  (HOST) => {
    expect(readConfig({ HOST }).HOST).toBe(HOST.replace(/[[\]]/g, ''))
  },
)

test('an address that this machine has not ends the start with what to do', async () => {
  const settings = { HOST: '192.0.2.1', PORT: '0', ALLOW_ANONYMOUS: 'true' }
  await using service = await startConduit({ settings })
  await expect(service.conduit.listen()).rejects.toThrow(
    /^HOST=192.0.2.1, PORT=0: .*EADDRNOTAVAIL.*: this machine has no/,
  )
})

test('a port that another process has ends the start with the variables that name it', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await using service = await startConduit({ settings: { PORT: String(port) } })
  await expect(service.conduit.listen()).rejects.toThrow(
    new RegExp(`^HOST=127.0.0.1, PORT=${port}: .*EADDRINUSE.*: another program listens there; [^\\n]* PORT [^\\n]*$`),
  )
  other.close()
})

test.each(['/dev/null', '/dev/null/below', '/proc/none', '/proc/none/below'])(
  'DATA_DIR=%s, where nothing can be made, ends the start with the variable and what to do',
  async (folder) => {
    const starting = createConduit({ settings: { DATA_DIR: folder, LOG_LEVEL: 'silent' } })
    await expect(starting).rejects.toThrow(/^DATA_DIR: The folder [^\n]+ can't be used: [^\n]+\. [^\n]+$/)
  },
)
