import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { createLog } from '../../src/logging.ts'
import { rowsOf } from '../support/databaseServer.ts'
import { FORMS } from './forms.ts'

/** A text as others would write it, in every form. */
export const everyForm = (text: string): Record<string, string> =>
  Object.fromEntries(Object.entries(FORMS).map(([name, write]) => [name, write(text)]))

/** What of a secret is found in a text: the first form of it. */
export function foundIn(text: string, secret: string): string | undefined {
  const forms = { ...everyForm(secret), 'JSON twice': JSON.stringify(JSON.stringify(secret)) }
  // What surrounds it in the forms is no part of it.
  const bare: Record<string, string> = {
    ...forms,
    JSON: JSON.stringify(secret).slice(1, -1),
    URL: encodeURIComponent(secret),
    form: new URLSearchParams({ a: secret }).toString().slice(2),
    'basic authentication': Buffer.from(`user:${secret}`).toString('base64').slice(8, -4),
    'base64 of a longer text': Buffer.from(`{"a":"${secret}","b":1}`).toString('base64').slice(8, -12),
    'JSON twice': JSON.stringify(JSON.stringify(secret)).slice(4, -4),
  }
  return Object.entries(bare).find(([, form]) => text.includes(form))?.[0]
}

/** Every row of every table, as JSON: as text of a row what stands in quotes would be written in yet another form. */
export async function everyTable(url: string): Promise<[string, string][]> {
  const tables = await rowsOf(url, `select tablename from pg_tables where schemaname = 'public'`)
  return Promise.all(
    tables.map(async ({ tablename }): Promise<[string, string]> => {
      const rows = await rowsOf(url, `select row_to_json(t)::text as row from "${String(tablename)}" t`)
      return [`table ${String(tablename)}`, rows.map(({ row }) => String(row)).join('\n')]
    }),
  )
}

/** The whole of the log, at every level. */
export function gatheredLog(): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = []
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  return { lines, log: pino({ level: 'trace', serializers: { err: pino.stdSerializers.err } }, output) }
}
