import { renderTable, type TableColumn, widthOf } from './table.ts'

/** What every command that shows something takes. */
export type Shown = { readonly json?: boolean }

/** The option of `Shown`: for programs, what the API answers, and nothing else. */
export const JSON_OPTION = ['--json', 'print what the API answers, for programs'] as const

/** A value as JSON on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** A line for people on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** A line for people beside what the command gives: on standard error, so that a pipe stays clean. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** A table on standard output, or what stands in its place where there is nothing. */
export function printTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], empty: string): void {
  if (rows.length === 0) note(empty)
  else print(renderTable(columns, rows, widthOf(process.stdout)))
}
