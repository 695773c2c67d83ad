import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// Sums up the reports of a folder in one line, for `.ci/run`.
const folder = process.argv[2] ?? ''
const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
const sum = (field: string): number => reports.reduce((total, report) => total + Number(report[field]), 0)
const skipped = sum('numPendingTests') + sum('numTodoTests')
process.stdout.write(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${skipped} skipped\n`)
