import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { CsvError, parse as parser } from 'csv-parse'
import { defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { type Json, type JsonObject, setOwn } from '../../engine/values/json.ts'
import { documentText } from '../documents.ts'
import { piecesOf } from '../turns.ts'
import { delimiter } from './delimiter.ts'

export const parse = defineBlock({
  action: 'CSV.PARSE',
  title: 'Parse CSV',
  description:
    'Reads a text as CSV (RFC 4180, any line ends) and gives its rows: objects by the names in the first row, or lists. All values are text; empty lines are passed over.',
  keywords: ['csv', 'tsv', 'spreadsheet', 'table', 'rows', 'import', 'excel'],
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
  async run({ text, delimiter, header }, { signal }) {
    const rows = await read(text, delimiter, header, signal)
    const [names, ...records] = rows
    if (!header || names === undefined) return rows
    const repeated = names.find((name, i) => names.indexOf(name) !== i)
    if (repeated !== undefined) {
      throw new InvalidArgument(`two columns are named ${JSON.stringify(repeated)}; rename one, or set header to false`)
    }
    return records.map((record) => asObject(names, record))
  },
})

async function read(text: string, delimiter: string, header: boolean, signal: AbortSignal): Promise<string[][]> {
  const rows: string[][] = []
  const options = {
    delimiter,
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: !header,
  }
  try {
    await pipeline(
      withPauses(text),
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
async function* withPauses(text: string): AsyncGenerator<string, void, undefined> {
  for (const piece of piecesOf(text)) {
    yield piece
    await setImmediate()
  }
}

function asObject(names: readonly string[], record: readonly string[]): JsonObject {
  const object: JsonObject = {}
  for (const [i, name] of names.entries()) setOwn<Json>(object, name, record[i] ?? '')
  return object
}
