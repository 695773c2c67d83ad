/** How a column comes to a statement: as an array of this type. `json` comes as text, a `moment` as milliseconds since 1970. */
type ColumnType = 'text' | 'int' | 'bigint' | 'float8' | 'bool' | 'uuid' | 'bytea' | 'json' | 'moment'

/** One column of the rows that a statement is given: its name there, its type, and its value for a row. */
export type GivenColumn<Row> = readonly [name: string, type: ColumnType, value: (row: Row) => unknown]

const SENT_AS: Readonly<Partial<Record<ColumnType, string>>> = { json: 'text', moment: 'float8' }

/**
 * The rows that a statement is given: one array a column. Names, types and values stand in one list, so that a statement's
 * text, its parameters' numbers and its values can't disagree.
 */
export class GivenRows<Row> {
  readonly #first: number
  readonly #columns: readonly GivenColumn<Row>[]

  /** @param first the number of the parameter that is the first column */
  constructor(first: number, columns: readonly GivenColumn<Row>[]) {
    this.#first = first
    this.#columns = columns
  }

  /** The number of the first parameter behind these. */
  get next(): number {
    return this.#first + this.#columns.length
  }

  /** What stands in a `from` clause, under a name. */
  as(name: string): string {
    return `${this.#unnest()} as ${name}(${namesOf(this.#columns)})`
  }

  /** The same, with the place of each row among them, from 1, as `ord`. */
  numbered(name: string): string {
    return `${this.#unnest()} with ordinality as ${name}(${namesOf(this.#columns)}, ord)`
  }

  /** The parameters. */
  values(rows: readonly Row[]): unknown[][] {
    return this.#columns.map(([, , value]) => rows.map(value))
  }

  #unnest(): string {
    const parameters = this.#columns.map(([, type], i) => `$${this.#first + i}::${SENT_AS[type] ?? type}[]`)
    return `unnest(${parameters.join(', ')})`
  }
}

/** Columns of a table that has them under the same names. */
export function namesOf(columns: readonly GivenColumn<never>[]): string {
  return columns.map(([name]) => name).join(', ')
}

/** What is written into these columns of a table, of the row `from`. */
export function writtenFrom(from: string, columns: readonly GivenColumn<never>[]): string {
  return columns.map(([name, type]) => writtenAs(`${from}.${name}`, type)).join(', ')
}

function writtenAs(value: string, type: ColumnType): string {
  if (type === 'moment') return `to_timestamp(${value} / 1000)`
  return type === 'json' ? `${value}::json` : value
}
