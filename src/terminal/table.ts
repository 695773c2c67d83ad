/**
 * A column: its heading, and whether it gives up room where a row is wider than the terminal; `last`: only where the others
 * can give no more, since who reads it wants to copy it.
 */
export type TableColumn = { readonly heading: string; readonly flexible?: boolean | 'last' }

const GAP = 2
/** With ids of 36 characters a list of jobs is 80 wide. */
const LEAST_FLEXIBLE = 6
const DEFAULT_WIDTH = 100

/**
 * Rows as a table that fits a terminal's width: the flexible columns are cut, with `…`. Not on a terminal nothing is cut,
 * so that `grep` finds what is there.
 *
 * @param width in columns; null: as wide as it gets
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number | null,
): string {
  const cells = [columns.map(({ heading }) => heading), ...rows.map((row) => row.map(oneLine))]
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => lengthOf(row[i] ?? ''))))
  if (width !== null) shrink(columns, widths, width)
  return cells.map((row) => line(row, widths)).join('\n')
}

/** The width that tables may have on a stream: that of the terminal, or none. */
export function widthOf(stream: NodeJS.WriteStream): number | null {
  // A terminal that nobody told its size says 0.
  return stream.isTTY ? stream.columns || DEFAULT_WIDTH : null
}

/** Text on one line, and without what would steer a terminal or turn its direction: it may come from anybody. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
}

function shrink(columns: readonly TableColumn[], widths: number[], width: number): void {
  const flexible = columns.flatMap((column, i) => (column.flexible === true ? [i] : []))
  const last = columns.flatMap((column, i) => (column.flexible === 'last' ? [i] : []))
  const total = (): number => widths.reduce((sum, each) => sum + each, 0) + GAP * (widths.length - 1)
  const widest = flexible.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))
  for (const i of [...widest, ...last]) {
    const over = total() - width
    if (over <= 0) return
    widths[i] = Math.max(LEAST_FLEXIBLE, (widths[i] ?? 0) - over)
  }
}

function line(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, i) => {
      const width = widths[i] ?? 0
      const text = lengthOf(cell) > width ? `${[...cell].slice(0, width - 1).join('')}…` : cell
      return text + ' '.repeat(width - lengthOf(text))
    })
    .join(' '.repeat(GAP))
    .trimEnd()
}

function lengthOf(text: string): number {
  return [...text].length
}
