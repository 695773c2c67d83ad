import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../../../prisma/migrations')

/** The database is not one that this version can work with. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** A migration as it stands in the folder. */
export type Migration = {
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file, as Prisma notes it. */
  readonly checksum: string
}

/** All migrations, in order of their names. */
export async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(FOLDER, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}
