import { fork } from 'node:child_process'
import { once } from 'node:events'
import { ATTACKS } from './hostile.ts'
import { startReceiver } from './receiver.ts'
import { type Tenant, tenantOf } from './tenant.ts'

// A process of its own attacks: what it computes must not hold up the clock of the tenant that is measured.

type Order = { readonly url: string; readonly key: string; readonly names: readonly string[] }

/** The process that attacks. It gets SIGKILL at the end of the scope. */
export type Attacker = AsyncDisposable

/** Starts the attacks with these names, on behalf of a tenant. */
export function startAttacker({ url, key }: Pick<Tenant, 'url' | 'key'>, names: readonly string[]): Attacker {
  const child = fork(import.meta.filename, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const order: Order = { url, key, names }
  child.send(order)
  return {
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error('The attacker ended before it was told to')
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

async function attack({ url, key, names }: Order): Promise<void> {
  const receiver = await startReceiver()
  const tenant = tenantOf(url, key, receiver.url)
  const never = new AbortController().signal
  await Promise.all(ATTACKS.filter(({ name }) => names.includes(name)).map(({ begin }) => begin(tenant, never)))
}

if (import.meta.main) {
  process.once('disconnect', () => process.exit())
  process.once('message', (order) => void attack(order as Order))
}
