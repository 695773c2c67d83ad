import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'
import pg from 'pg'

const SCHEMA = join(import.meta.dirname, '../../prisma/schema.prisma')

/** Postgres's `"char"`, which its catalogue uses and Prisma's adapter does not know, and `text`, which says the same. */
const CHAR_OID = 18
const TEXT_OID = 25

/** A client whose answers name no type that the adapter does not know. */
class CatalogueClient extends pg.Client {
  // The many forms of `query` are all passed on; a pool's have a callback, a transaction's have none.
  override query = ((...args: unknown[]): unknown => {
    const told = args.at(-1)
    if (typeof told === 'function') {
      args[args.length - 1] = (error: unknown, result?: pg.QueryResult) => told(error, result && renamed(result))
    }
    const answer: unknown = Reflect.apply(pg.Client.prototype.query, this, args)
    return answer instanceof Promise ? answer.then(renamed) : answer
  }) as pg.Client['query']
}

function renamed(result: pg.QueryResult): pg.QueryResult {
  for (const field of result.fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID
  return result
}

/** The one column that the engine insists to get as a character. */
class CatalogueAdapter extends PrismaPg {
  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query)
      const column = result.columnNames.indexOf('constraint_type')
      if (column >= 0) result.columnTypes[column] = ColumnTypeEnum.Character
      return result
    }
    return adapter
  }
}

/** What Prisma's own engine would change in a database to make it what `schema.prisma` says, as SQL. */
export async function driftOf(url: string): Promise<string> {
  const pool = new pg.Pool({ connectionString: url, max: 2, Client: CatalogueClient })
  await using closing = new AsyncDisposableStack()
  closing.defer(() => pool.end())
  const files = [{ path: SCHEMA, content: await readFile(SCHEMA, 'utf8') }]
  const factory = bindMigrationAwareSqlAdapterFactory(new CatalogueAdapter(pool))
  const quiet = (): void => undefined
  const prisma = await SchemaEngine.new(
    { datamodels: files.map(({ path, content }) => [path, content]) },
    quiet,
    factory,
  )
  const { stdout } = await prisma.diff({
    from: { tag: 'schemaDatasource', files, configDir: dirname(SCHEMA) },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  })
  return (stdout ?? '').trim()
}

/** Where the engine leaves the reason before it dies of it. */
Reflect.set(globalThis, 'PRISMA_WASM_PANIC_REGISTRY', {
  set_message: (message: string) => process.stderr.write(`${message}\n`),
})
