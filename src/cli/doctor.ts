import type { Client } from '@conduit-jobs/client'
import { Command } from 'commander'
import { explainFailure } from '../compose/failure.ts'
import { readConfig } from '../config/read.ts'
import { folderToBe, withDatabase } from '../admin/withDatabase.ts'
import { ping } from '../store/ping.ts'
import { EXIT } from '../admin/commandError.ts'
import { connect, readConnection } from './connection.ts'
import { JSON_OPTION, print, printJson, type Shown } from '../terminal/output.ts'
import { version } from './version.ts'

type Finding = { readonly what: string; readonly well: boolean; readonly found: string }

/** `conduit doctor`: looks at settings, database, service and versions, and says what is not well. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Looks at settings, database, service, versions and time; 1 if something is not well.')
    .option(...JSON_OPTION)
    .action(async ({ json }: Shown) => {
      const findings = [versions(), settings(), await database(), ...(await service())]
      if (json) printJson(findings)
      else for (const { what, well, found } of findings) print(`${well ? 'well' : 'BAD '}  ${what}: ${found}`)
      if (findings.some(({ well }) => !well)) process.exitCode = EXIT.failed
    })
}

function versions(): Finding {
  return { what: 'versions', well: true, found: `conduit ${version}, node ${process.versions.node}` }
}

function settings(): Finding {
  try {
    const { DATABASE_URL, DATA_DIR } = readConfig(process.env)
    const where = DATABASE_URL === undefined ? `an embedded database in ${DATA_DIR}` : 'the database of DATABASE_URL'
    return { what: 'settings', well: true, found: `read; ${where}` }
  } catch (error) {
    return { what: 'settings', well: false, found: explainFailure(error) }
  }
}

async function database(): Promise<Finding> {
  try {
    const fresh = folderToBe(readConfig(process.env))
    if (fresh !== null)
      return { what: 'database', well: true, found: `none yet; the first start makes one in ${fresh}` }
    const began = performance.now()
    await withDatabase(ping)
    return {
      what: 'database',
      well: true,
      found: `answers, with all migrations, in ${Math.round(performance.now() - began)} ms`,
    }
  } catch (error) {
    return { what: 'database', well: false, found: explainFailure(error) }
  }
}

/** How far the service's clock may be off before schedules and signatures suffer. */
const MOST_SKEW_MS = 5000

/** `Date` is in whole seconds, and its answer took a while: nearer than this no difference can be told. */
const LEAST_SKEW_MS = 2000

/** The service, its versions, and its clock; one that does not answer has neither. */
async function service(): Promise<Finding[]> {
  const { url } = await readConnection(process.env)
  try {
    const client = await connect()
    const response = await fetch(client.url('/readyz'), { signal: AbortSignal.timeout(5000) })
    const ready = response.ok ? `${url} is ready` : `${url} answers ${response.status}: it is not ready`
    return [{ what: 'service', well: response.ok, found: `${ready}${await versionsOf(client)}` }, timeOf(response)]
  } catch {
    return [{ what: 'service', well: false, found: `nothing answers at ${url}; start it with: conduit start` }]
  }
}

/** What answers, told to whoever is known to it. */
async function versionsOf(client: Client): Promise<string> {
  type Me = { version: string; node: string; postgres: string }
  const me = await client.request<Me>('GET', '/v1/me').catch(() => null)
  return me === null ? '' : `: conduit ${me.version}, node ${me.node}, postgres ${me.postgres}`
}

function timeOf(response: Response): Finding {
  const skew = Math.abs(Date.now() - Date.parse(response.headers.get('date') ?? ''))
  const agree = skew < LEAST_SKEW_MS
  const found = `this clock and the service's ${agree ? 'agree' : `are ${Math.floor(skew / 1000)} s apart`}`
  return { what: 'time', well: skew <= MOST_SKEW_MS, found }
}
