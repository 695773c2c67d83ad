import { pipeline } from 'node:stream/promises'
import { defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { type Json, type JsonObject, setOwn } from '../../engine/values/json.ts'
import { turns } from '../../process/turns.ts'
import { documentText } from '../documents.ts'
import { inTurns, type LongWork, piecesOf, type Worker } from '../turns.ts'
import { delimiter } from './delimiter.ts'

export const parse = defineBlock({
  action: 'CSV.PARSE',
  title: 'Parse CSV',
  description:
    'Reads a text as CSV (RFC 4180, any line ends) and gives its rows: objects by the names in the first row, or lists. All values are text; empty lines are passed over.',
  keywords: ['csv', 'read', 'load', 'tsv', 'spreadsheet', 'table', 'rows', 'import', 'excel'],
  parameters: Type.Object({
    text: documentText('The CSV'),
    delimiter,
    header: Type.Boolean({ default: true, description: 'Whether the first row has the names of the columns.' }),
  }),
  returns: Type.Array(Type.Unknown()),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { text: 'name,qty\r\n"Tea, green",2\r\n' },
      returns: [{ name: 'Tea, green', qty: '2' }],
    },
    { parameters: { text: '1;"a ""b"""', delimiter: ';', header: false }, returns: [['1', 'a "b"']] },
  ],
  async run({ text, delimiter, header }, context) {
    const rows = await read(text, delimiter, header, context)
    const [names, ...records] = rows
    if (!header || names === undefined) return rows
    const seen = new Set<string>()
    const repeated = names.find((name) => seen.size === seen.add(name).size)
    if (repeated !== undefined) {
      throw new InvalidArgument(`two columns are named ${JSON.stringify(repeated)}; rename one, or set header to false`)
    }
    return inTurns(asObjects(names, records), context)
  },
})

async function read(text: string, delimiter: string, header: boolean, { signal, job }: Worker): Promise<string[][]> {
  const rows: string[][] = []
  const options = {
    delimiter,
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: !header,
  }
  const { CsvError, parse: parser } = await import('csv-parse')
  try {
    await pipeline(
      withPauses(text, job.tenant),
      parser(options),
      async (parsed: AsyncIterable<string[]>) => {
        for await (const row of parsed) rows.push(row)
      },
      { signal },
    )
    return rows
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof CsvError ? new InvalidArgument(`the text is no CSV: ${error.message}`) : error
  }
}

/** Others get their turn between two pieces: the parser takes up to ten milliseconds for one. */
async function* withPauses(text: string, tenant: string): AsyncGenerator<string, void, undefined> {
  for (const piece of piecesOf(text)) {
    yield piece
    if (!turns.hasTime()) await turns.next(tenant)
  }
}

function* asObjects(names: readonly string[], records: readonly (readonly string[])[]): LongWork<JsonObject[]> {
  const objects: JsonObject[] = []
  for (const record of records) {
    objects.push(asObject(names, record))
    if (objects.length % STRETCH === 0) yield
  }
  return objects
}

/** So many rows become objects at a stretch. */
const STRETCH = 100

function asObject(names: readonly string[], record: readonly string[]): JsonObject {
  const object: JsonObject = {}
  for (const [i, name] of names.entries()) setOwn<Json>(object, name, record[i] ?? '')
  return object
}
