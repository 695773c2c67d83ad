import type { Options } from 'csv-stringify'
import type * as csv from 'csv-stringify/sync'
import { defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument, ValueTooLarge } from '../../engine/errors.ts'
import { getOwn, isObject } from '../../engine/values/json.ts'
import { loadedOnce } from '../loadedOnce.ts'
import { inTurns, type LongWork } from '../turns.ts'
import { delimiter } from './delimiter.ts'

const withWriter = loadedOnce(() => import('csv-stringify/sync'))

export const stringify = defineBlock({
  action: 'CSV.STRINGIFY',
  title: 'Write CSV',
  description:
    'Writes rows as CSV (RFC 4180, lines end in CR LF). Rows are all objects or all lists; their values are text, numbers, booleans, or null, which is written as nothing.',
  keywords: ['csv', 'write', 'create', 'tsv', 'spreadsheet', 'table', 'export', 'excel', 'report'],
  parameters: Type.Object({
    rows: Type.Array(Type.Unknown(), { description: 'The rows.' }),
    columns: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'The columns of objects, in this order. Left out: every name, in the order in which it first comes.',
      }),
    ),
    delimiter,
    header: Type.Boolean({ default: true, description: 'Whether the names of the columns of objects come first.' }),
    escape_formulas: Type.Boolean({
      default: false,
      description:
        'Whether a quote is put before values that a spreadsheet would run: those that begin with `=`, `+`, `-`, `@`, a tab or CR.',
    }),
  }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: {
        rows: [
          { name: 'Tea, green', qty: 2 },
          { name: null, qty: 1, ok: true },
        ],
      },
      returns: 'name,qty,ok\r\n"Tea, green",2,\r\n,1,true\r\n',
    },
    { parameters: { rows: [['a', 1.5]], delimiter: ';' }, returns: 'a;1.5\r\n' },
  ],
  run({ rows, columns, delimiter, header, escape_formulas }, context) {
    // A line end of another kind than the rows' is not quoted by itself, and would be read as the end of a row.
    const options = { delimiter, record_delimiter: '\r\n', quoted_match: /[\r\n]/, escape_formulas }
    const table = rows.every(isObject) ? cellsOfObjects(rows, columns, header) : rows.map(cellsOfList)
    return withWriter((writer) => inTurns(written(writer, table, options), context))
  },
})

type Cells = readonly string[]

/** A text with more characters is no value that a step could give; each cell has one behind it at least. */
const MAX_CHARACTERS = 16 * 1024 * 1024

/** The rows are made as they are written: a name of its own in each makes more cells than memory could hold. */
function* cellsOfObjects(
  rows: readonly Record<string, unknown>[],
  given: readonly string[] | undefined,
  header: boolean,
): Generator<Cells> {
  const columns = given ?? [...new Set(rows.flatMap((row) => Object.keys(row)))]
  refuseBeyond(columns.length * rows.length)
  if (header && columns.length > 0) yield columns
  for (const [i, row] of rows.entries()) {
    yield columns.map((name) => cellOf(getOwn(row, name) ?? null, `/rows/${i}/${name}`))
  }
}

/** So many cells become text at a stretch, or those of one row. */
const STRETCH = 1000

function* written({ stringify: write }: typeof csv, table: Iterable<Cells>, options: Options): LongWork<string> {
  let text = ''
  let rows: Cells[] = []
  let cells = 0
  for (const row of table) {
    rows.push(row)
    cells += row.length + 1
    if (cells < STRETCH) continue
    text += write(rows, options)
    refuseBeyond(text.length)
    rows = []
    cells = 0
    yield
  }
  return text + write(rows, options)
}

function refuseBeyond(characters: number): void {
  if (characters > MAX_CHARACTERS) throw new ValueTooLarge(`the CSV has more than ${MAX_CHARACTERS} characters`)
}

function cellsOfList(row: unknown, i: number): Cells {
  if (!Array.isArray(row))
    throw new InvalidArgument(`/rows/${i} must be ${isObject(row) ? 'a list, as others are' : 'an object or a list'}`)
  return row.map((value: unknown, j) => cellOf(value, `/rows/${i}/${j}`))
}

function cellOf(value: unknown, pointer: string): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`
  throw new InvalidArgument(`${pointer} must be text, a number, a boolean or null`)
}
