import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { failures, readReport } from './testReports.ts'

// Sums up the reports of a folder for `.ci/run`: what failed, in full, and last one line with the figures.
const folder = process.argv[2] ?? ''
const reports = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readReport(join(folder, name)))
  .filter((report) => report !== undefined)
for (const failure of reports.flatMap(failures)) process.stdout.write(`== ${failure}\n`)
const sum = (field: 'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests'): number =>
  reports.reduce((total, report) => total + report[field], 0)
const skipped = sum('numPendingTests') + sum('numTodoTests')
process.stdout.write(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${skipped} skipped\n`)
