import { readConfig } from '../config/read.ts'
import { createLog } from '../logging.ts'
import { forSetting } from '../compose/database.ts'
import { locateDatabase } from '../compose/databaseLocation.ts'
import { type Database, openDatabase } from '../store/client.ts'
import { migrate } from '../store/migrate.ts'

/** Does something with the service's database, migrated, and closes it. An embedded one is shared with a running service. */
export async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  await using opening = new AsyncDisposableStack()
  const location = await locateDatabase(readConfig(process.env), createLog('silent'), opening)
  await forSetting(location.setting, () => migrate(location.directUrl))
  const database = openDatabase({ connectionString: location.url, max: 1 })
  opening.defer(() => database.close())
  return await work(database)
}
