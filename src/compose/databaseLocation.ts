import type { Config } from '../config/settings.ts'
import { EmbeddedServerError } from '../embedded/errors.ts'
import { type EmbeddedServer, startEmbedded } from '../embedded/server.ts'
import type { Logger } from '../logging.ts'

/** Where data lives: how to get there, which setting says so, and how to name it without credentials. */
export type DatabaseLocation = {
  readonly url: string
  readonly directUrl: string
  readonly setting: 'DATABASE_URL' | 'DATABASE_DIRECT_URL' | 'DATA_DIR'
  readonly description: string
}

/** The operator's database, or one of our own that is closed with `opening`. */
export async function locateDatabase(
  { DATABASE_URL: url, DATABASE_DIRECT_URL: directUrl, DATA_DIR: dataDir }: Config,
  log: Logger,
  opening: AsyncDisposableStack,
): Promise<DatabaseLocation> {
  if (url !== undefined) {
    const setting = directUrl === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL'
    return { url, directUrl: directUrl ?? url, setting, description: `the database ${nameOf(url)}` }
  }
  const server = opening.use(await openEmbedded(dataDir, log))
  const { connectionString: own, folder } = server
  return { url: own, directUrl: own, setting: 'DATA_DIR', description: folder }
}

/** Whatever goes wrong with it concerns the folder that the operator named. */
async function openEmbedded(dataDir: string, log: Logger): Promise<EmbeddedServer> {
  try {
    return await startEmbedded({ dataDir, log: (message) => log.debug(message) })
  } catch (error) {
    if (!(error instanceof EmbeddedServerError)) throw error
    throw new EmbeddedServerError(error.code, `DATA_DIR: ${error.message}`, error)
  }
}

/** A database without its credentials. */
function nameOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'of DATABASE_URL' : `${parsed.host || 'localhost'}${parsed.pathname}`
}
