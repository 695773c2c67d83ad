import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whether PgBouncer is installed: `.ci/run` sees to it; elsewhere its tests are left out, and that is said. */
export function hasPgBouncer(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    process.stderr.write('no pgbouncer is installed: its tests are left out\n')
    return false
  }
}

/** A pooler with its defaults in front of a database, gone at the end of the scope. */
export async function startPgBouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction' | 'statement',
  more = '',
): Promise<AsyncDisposable & { readonly url: string }> {
  const target = new URL(databaseUrl)
  const folder = await mkdtemp(join(tmpdir(), 'conduit-pooler-'))
  await chmod(folder, 0o755) // it does not run as root
  const port = await freePort()
  const name = target.pathname.slice(1)
  const host = target.searchParams.get('host') ?? target.hostname
  await writeFile(join(folder, 'users'), `"${target.username}" ""\n`)
  await writeFile(
    join(folder, 'ini'),
    `[databases]
${name} = host=${host} port=${target.port || 5432} user=${target.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
${more}
`,
  )
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn('pgbouncer', [...asUser, join(folder, 'ini')], { stdio: 'ignore' })
  try {
    await untilListening(port, child)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    url: `postgresql://${target.username}@127.0.0.1:${port}/${name}`,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`)
    const socket = connect(port, '127.0.0.1')
    const listens = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (listens) return
    await sleep(50)
  }
}
