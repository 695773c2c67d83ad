import { existsSync } from 'node:fs'
import { readConfig } from '../config/read.ts'
import type { Config } from '../config/settings.ts'
import { createLog } from '../logging.ts'
import { forSetting } from '../compose/database.ts'
import { locateDatabase } from '../compose/databaseLocation.ts'
import { type Database, openDatabase } from '../store/client.ts'
import { migrate } from '../store/migrate.ts'
import { CommandError } from './commandError.ts'

/**
 * Does something with the service's database, migrated, and closes it. An embedded one is shared with a running service.
 *
 * @param makes whether an embedded one that is not there yet is made; else that is a failure in words: who speaks to a
 * service elsewhere would be told of an empty database here as if it were the service's
 */
export async function withDatabase<Result>(
  work: (database: Database) => Promise<Result>,
  { makes = false }: { readonly makes?: boolean } = {},
): Promise<Result> {
  const config = readConfig(process.env)
  const folder = folderToBe(config)
  if (folder !== null && !makes)
    throw new CommandError(
      `there is no database in ${folder} yet; DATABASE_URL or DATA_DIR says where the service's is`,
    )
  await using opening = new AsyncDisposableStack()
  const location = await locateDatabase(config, createLog('silent'), opening)
  await forSetting(location.setting, () => migrate(location.directUrl))
  const database = openDatabase({ connectionString: location.url, max: 1 })
  opening.defer(() => database.close())
  return await work(database)
}

/** Where the embedded database will lie, as long as it does not; else null. Looking makes none. */
export function folderToBe({ DATABASE_URL: url, DATA_DIR: dataDir }: Config): string | null {
  return url === undefined && !existsSync(dataDir) ? dataDir : null
}
