import { Command } from 'commander'
import { makeKey } from '../access/keyText.ts'
import { JSON_OPTION, printJson, printTable, type Shown } from '../terminal/output.ts'
import { keyToWire } from '../service/keys/keys.ts'
import type { Database } from '../store/client.ts'
import { anyKeys } from '../store/access/goodKeys.ts'
import { insertKey, listKeys, revokeKey, type StoredKey } from '../store/access/keys.ts'
import { listOf } from '../config/listOf.ts'
import { DEFAULT_TENANT, expiryAsked, parseKeyInput, SCOPES } from '../wire/access.ts'
import { CommandError } from './commandError.ts'
import { fromOptions } from './fromOptions.ts'
import { withDatabase } from './withDatabase.ts'

/** Who it was, for the audit log. */
const ACTOR = 'command'

/** A first key may be there before the service is. */
const MAKES = { makes: true }

/** `conduit keys`: makes, lists and revokes keys, also while a service runs on the same database. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('Who may use the service. The first key closes it to everyone without one.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
}

type CreateOptions = {
  name: string
  scopes: string
  tags: string
  tenant: string
  definitions?: string
  expiresAt?: string
  first?: boolean
}

function createCommand(): Command {
  return new Command('create')
    .description('Makes a key and shows it, this once.')
    .requiredOption('--name <text>', 'what it is for')
    .requiredOption('--scopes <list>', `what it may do, by commas: ${SCOPES.join(', ')}; or all`)
    .option('--tags <list>', 'the tags that its jobs may carry, by commas', '')
    .option('--tenant <name>', 'whose it is', DEFAULT_TENANT)
    .option('--definitions <list>', 'the definitions that alone it may submit, by commas; names or patterns')
    .option('--expires-at <moment>', 'when it ends by itself, as in RFC 3339')
    .option('--first', 'only where there is no key yet')
    .action(async ({ name, scopes, tags, tenant, definitions: bounds, expiresAt, first = false }: CreateOptions) => {
      const asked = scopes === 'all' ? [...SCOPES] : listOf(scopes)
      const bound = bounds === undefined ? {} : { definitions: listOf(bounds) }
      const given = fromOptions({ name, scopes: asked, tags: listOf(tags), tenant, ...bound }, parseKeyInput, SCOPES)
      const { text, id, secretHash } = makeKey()
      const expires_at =
        fromOptions({ expires_at: expiresAt }, (body) => expiryAsked(body.expires_at, Date.now())) ?? null
      const tagged = {
        scopes: given.scopes,
        tags: given.tags ?? [],
        definitions: given.definitions ?? null,
        expires_at,
      }
      const key = { id, tenant, name, ...tagged, secretHash }
      const isMade = await withDatabase(async (database) => {
        if (first && (await anyKeys(database))) return false
        await insertKey(database, key, ACTOR)
        return true
      }, MAKES)
      if (!isMade) return void process.stderr.write('There are keys already: none was made.\n')
      process.stderr.write(`Made the key ${id} of ${tenant}. It is shown only now:\n`)
      process.stdout.write(`${text}\n`)
    })
}

/** So many are read at once. */
const PAGE = 200

function listCommand(): Command {
  return new Command('list')
    .description(
      'Shows keys, newest first, without their secrets: id, tenant, name, scopes, tags, definitions, last use, end.',
    )
    .option('--tenant <name>', 'of one tenant only')
    .option(...JSON_OPTION)
    .action(async ({ tenant, json }: Shown & { tenant?: string }) => {
      const keys = await withDatabase((database) => Array.fromAsync(allKeys(database, tenant ?? null)))
      if (json) printJson({ data: keys.map(keyToWire), next_cursor: null })
      else printTable(COLUMNS, keys.map(cellsOf), 'there are no keys: the service is open')
    })
}

async function* allKeys(database: Database, tenant: string | null): AsyncGenerator<StoredKey> {
  let last: StoredKey | undefined
  do {
    const after = last === undefined ? null : { createdAt: last.created_at, id: last.id }
    const keys = await listKeys(database, tenant, PAGE, after)
    yield* keys
    last = keys.length === PAGE ? keys.at(-1) : undefined
  } while (last !== undefined)
}

const COLUMNS = [
  { heading: 'ID' },
  { heading: 'TENANT' },
  { heading: 'NAME', flexible: true },
  { heading: 'SCOPES', flexible: true },
  { heading: 'TAGS', flexible: true },
  { heading: 'DEFINITIONS', flexible: true },
  { heading: 'USED' },
  { heading: 'STATE' },
]

function cellsOf(key: StoredKey): string[] {
  const { id, tenant, name, scopes, tags, definitions, last_used_at: usedAt } = key
  const used = usedAt === null ? 'never' : new Date(usedAt).toISOString()
  const bounds = definitions === null ? 'any' : definitions.join(',')
  return [id, tenant, name, scopes.join(','), tags.join(','), bounds, used, stateOf(key)]
}

function stateOf({ revoked_at: revokedAt, expires_at: expiresAt }: StoredKey): string {
  if (revokedAt !== null) return `revoked ${new Date(revokedAt).toISOString()}`
  if (expiresAt === null) return 'good'
  const moment = new Date(expiresAt)
  return `${moment.getTime() <= Date.now() ? 'expired' : 'good until'} ${moment.toISOString()}`
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('Revokes a key for good; running services refuse it within 5 seconds.')
    .argument('<id>', "the key's id, or its whole text")
    .action(async (given: string) => {
      const id = given.startsWith('cdt_') ? (given.split('_')[1] ?? '') : given
      const known = await withDatabase((database) => revokeKey(database, id, null, ACTOR))
      if (!known) throw new CommandError(`there is no key ${id}`)
      process.stderr.write(`Revoked the key ${id}.\n`)
    })
}
