import type { Config } from './config.ts'
import { startEmbedded } from './embedded/server.ts'
import type { Logger } from './logging.ts'

/** Where data lives: how to get there, and how to name it without credentials. */
export type Place = { readonly url: string; readonly directUrl: string; readonly description: string }

/** The operator's database, or one of our own that is closed with `opening`. */
export async function openPlace(
  { DATABASE_URL: url, DATABASE_DIRECT_URL: directUrl, DATA_DIR: dataDir }: Config,
  log: Logger,
  opening: AsyncDisposableStack,
): Promise<Place> {
  if (url !== undefined) return { url, directUrl: directUrl ?? url, description: `the database ${nameOf(url)}` }
  const server = opening.use(await startEmbedded({ dataDir, log: (message) => log.debug(message) }))
  return { url: server.connectionString, directUrl: server.connectionString, description: server.folder }
}

/** A database without its credentials. */
function nameOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'of DATABASE_URL' : `${parsed.host || 'localhost'}${parsed.pathname}`
}
