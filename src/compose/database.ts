import { ConfigError } from '../config/read.ts'
import type { Config } from '../config/settings.ts'
import type { Logger } from '../logging.ts'
import { openDatabase } from '../store/client.ts'
import { explainDatabase } from '../store/explain.ts'
import { migrate } from '../store/migrate.ts'
import { readAddress } from '../store/postgres/address.ts'
import { DatabaseUnavailable } from '../store/postgres/failures.ts'
import { inspectServer, ServerUnfit } from '../store/postgres/server.ts'
import type { Base } from './base.ts'
import { locateDatabase } from './databaseLocation.ts'
import { statementTimeoutMs } from './options.ts'

/** Where data lives. */
export type Store = Awaited<ReturnType<typeof openStore>>

/** The lease's connection and the listener's: the rest is for statements. */
const OWN_CONNECTIONS = 2

/** Less is no use: the lease's, the listener's, one for statements, one for lists. */
const LEAST_CONNECTIONS = 4

/** The database, looked at and migrated. Throws a `ConfigError` that names the setting. */
export async function openStore({ config, log, telemetry, stack }: Base) {
  const location = await locateDatabase(config, log, stack)
  const { url, directUrl, setting } = location
  const migrating = forSetting(setting, () =>
    migrate(directUrl, { onWaiting: (waiting) => log.warn(waiting, 'a migration waits for other sessions') }),
  )
  const looking = forSetting(directUrl === url ? setting : 'DATABASE_URL', () => countOn(url, config, log))
  looking.catch(() => undefined) // told below, unless the migrations failed before
  await migrating
  const connections = await looking
  const database = openDatabase({
    connectionString: url,
    max: connections - OWN_CONNECTIONS,
    timeoutMs: statementTimeoutMs(config),
    onUnavailable: (statement, error) => telemetry.emit('statementFailed', { statement, error }),
    onIdleError: (error) =>
      telemetry.emit('databaseFailed', { during: 'waiting', error: new DatabaseUnavailable(error) }),
  })
  stack.defer(() => database.close())
  return { location, database }
}

/** How many connections there may be: those that are set, or as many as the server gives. Says what else is unusual there. */
async function countOn(url: string, { DATABASE_CONNECTIONS: wanted }: Config, log: Logger): Promise<number> {
  const { room, forgetful } = await inspectServer(readAddress(url))
  if (forgetful.length > 0)
    log.warn({ settings: forgetful }, 'a crash of the database server may lose what was answered as durable')
  if (room === null || room.connections >= wanted) return wanted
  const { connections, of } = room
  if (connections < LEAST_CONNECTIONS)
    throw new ServerUnfit(`${of} may have ${connections} connections, and ${LEAST_CONNECTIONS} are needed at least`)
  log.warn({ wanted, connections, of }, 'fewer connections may be had than DATABASE_CONNECTIONS asks for')
  return connections
}

/** Does something with the database; what goes wrong with that names the setting. */
export async function forSetting<T>(setting: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    const explained = explainDatabase(error)
    if (explained === null) throw error
    throw new ConfigError(`${setting}: ${explained}`, { cause: error })
  }
}
