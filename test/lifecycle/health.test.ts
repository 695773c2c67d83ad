import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const HEALTH = join(import.meta.dirname, '../../bin/health.js')

test.each([
  ['127.0.0.1', ''],
  ['127.0.0.2', '127.0.0.2'],
  ['0.0.0.0', '0.0.0.0'],
  ['::1', '::1'],
  ['::1', '[::1]'],
  ['::', '::'],
])('a service that listens on %s is found healthy by HOST=%s', async (address, HOST) => {
  const server = createServer((_request, response) => response.end()).listen(0, address)
  try {
    await once(server, 'listening')
    const PORT = String((server.address() as AddressInfo).port)
    const check = spawn(process.execPath, [HEALTH], { env: { HOST, PORT }, stdio: 'inherit' })
    expect(await once(check, 'exit')).toEqual([0, null])
  } finally {
    server.close()
  }
})
