import { ConfigError } from '../config.ts'
import { EmbeddedServerError } from '../embedded/errors.ts'
import { RegistryError } from '../engine/plan/registry.ts'
import { BlockModuleError } from './blocks.ts'
import { MigrationError } from '../store/migrate.ts'

const EXPECTED = [ConfigError, BlockModuleError, RegistryError, EmbeddedServerError, MigrationError]

/** What an operator can act on is one line; anything else is a bug and brings its stack. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (EXPECTED.some((kind) => error instanceof kind) || 'code' in error) return error.message.replaceAll('\n', ' ')
  return error.stack ?? error.message
}
