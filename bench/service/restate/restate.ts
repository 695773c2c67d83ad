import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as sdk from '@restatedev/restate-sdk'
import { Agent, request } from 'undici'
import { front, isOver, join as joinTexts, type Job, listen, replace, upperCase } from '../contenders/work.ts'

// Its server in a process of its own, with its own log on disk; three durable steps. Fastify hands each job on to its
// ingress, which answers when the job is durable.

const service = sdk.service({
  name: 'text',
  handlers: {
    run: async (context: sdk.Context, job: Job) => {
      const joined = await context.run('join', () => joinTexts(job))
      const replaced = await context.run('replace', () => replace(job, joined))
      const result = await context.run('upperCase', () => upperCase(job, replaced))
      isOver(result)
      return result
    },
  },
})

const [endpoint, ingress, admin, node] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
await sdk.serve({ services: [service], port: endpoint })
const folder = await mkdtemp(join(tmpdir(), 'conduit-bench-restate-'))
// The binary itself: the package's command starts it as a child, which would outlive it.
const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`
const binary = join(dirname(createRequire(import.meta.url).resolve(`${platform}/package.json`)), 'bin/restate-server')
const at = (port: number): string => `127.0.0.1:${port}`
const server = spawn(binary, ['--base-dir', folder], {
  env: {
    PATH: process.env['PATH'],
    RESTATE_BIND_ADDRESS: at(node),
    RESTATE_ADVERTISED_ADDRESS: `http://${at(node)}`,
    RESTATE_INGRESS__BIND_ADDRESS: at(ingress),
    RESTATE_ADMIN__BIND_ADDRESS: at(admin),
    RESTATE_LOG_FILTER: 'warn',
    DO_NOT_TRACK: '1',
  },
  stdio: ['ignore', 'inherit', 'inherit'],
})
process.once('SIGTERM', () => {
  server.once('exit', () => void rm(folder, { recursive: true, force: true }).finally(() => process.exit(0)))
  server.kill('SIGKILL')
})

await register()
const dispatcher = new Agent({ connections: 64 })
await listen(
  front(async (job) => {
    const { statusCode, body } = await request(`http://${at(ingress)}/text/run/send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(job),
      dispatcher,
    })
    if (statusCode >= 300) throw new Error(`Restate answered ${statusCode}: ${await body.text()}`)
    return ((await body.json()) as { invocationId: string }).invocationId
  }),
)

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as net.AddressInfo
    probe.close(() => resolve(port))
  })
  return await promise
}

/** Tells the server where the steps are; it may not be up yet. */
async function register(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      const { statusCode, body } = await request(`http://${at(admin)}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri: `http://${at(endpoint)}` }),
      })
      await body.dump()
      if (statusCode < 300) return
    } catch {
      // Not up yet; the next attempt will tell.
    }
    await sleep(200)
  }
  throw new Error('Restate did not take the deployment')
}
