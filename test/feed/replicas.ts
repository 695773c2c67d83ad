import { once } from 'node:events'
import { Telemetry } from '../../src/telemetry.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

/** Two replicas over one database: `runs` runs all jobs, `tells` accepts and tells but runs none. */
export type Replicas = AsyncDisposable & { readonly runs: TestConduit; readonly tells: TestConduit }

/** Both listen when this resolves. */
export async function startReplicas(): Promise<Replicas> {
  await using stack = new AsyncDisposableStack()
  const runs = stack.use(await startListening({}))
  const tells = stack.use(await startListening({ DATABASE_URL: runs.databaseUrl, CONCURRENCY: '0' }))
  const opened = stack.move()
  return { runs, tells, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function startListening(settings: Record<string, string>): Promise<TestConduit> {
  const telemetry = new Telemetry()
  const listening = once(telemetry, 'listening')
  const service = await startConduit({ telemetry, settings: { PORT: '0', ...settings } })
  await listening
  return service
}
