import { ConfigError } from '../config/read.ts'
import { EmbeddedServerError } from '../embedded/errors.ts'
import { RegistryError } from '../engine/registeredBlock.ts'
import { BlockModuleError } from './blocks.ts'
import { explainDatabase } from '../store/explain.ts'

const EXPECTED = [ConfigError, BlockModuleError, RegistryError, EmbeddedServerError]

/** What an operator can act on is one line; anything else is a bug and brings its stack. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (EXPECTED.some((kind) => error instanceof kind)) return error.message.replaceAll('\n', ' ')
  const database = explainDatabase(error)
  if (database !== null) return `the database: ${database}`
  return 'code' in error ? error.message.replaceAll('\n', ' ') : (error.stack ?? error.message)
}
