/** Rows turned into columns: a statement over many rows takes one array a column. */
export function columns<Row>(rows: readonly Row[], ...pick: readonly ((row: Row) => unknown)[]): unknown[][] {
  return pick.map((of) => rows.map(of))
}
