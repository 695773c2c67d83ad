import { ConfigError } from '../config/read.ts'
import { EmbeddedServerError } from '../embedded/errors.ts'
import { RegistryError } from '../engine/registeredBlock.ts'
import { BlockModuleError } from './blocks.ts'
import { explainDatabase } from '../store/explain.ts'

const EXPECTED = [ConfigError, BlockModuleError, RegistryError, EmbeddedServerError]

/** What to do about what the system says of the machine. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'make room on that disk, or name a folder on another',
  EDQUOT: "make room, or have this user's quota raised",
  EROFS: 'name a folder that can be written to',
  EMFILE: 'let the process open more files (ulimit -n)',
}

/** What an operator can act on is one line; anything else is a bug and brings its stack. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (EXPECTED.some((kind) => error instanceof kind)) return error.message.replaceAll('\n', ' ')
  const database = explainDatabase(error)
  if (database !== null) return `the database: ${database}`
  if (!('code' in error)) return error.stack ?? error.message
  const remedy = REMEDIES[String(error.code)]
  const said = error.message.replaceAll('\n', ' ')
  return remedy === undefined ? said : `${said}: ${remedy}`
}
