import { failedFiles, readReport } from './testReports.ts'

// Prints the files of a report in which a test failed, one a line, for `.ci/run`. Exits with 2 where there is no report or no such file:
// then it was not a test that failed.
const report = readReport(process.argv[2] ?? '')
const files = report === undefined ? [] : failedFiles(report)
process.stdout.write(files.map((file) => `${file}\n`).join(''))
process.exitCode = files.length === 0 ? 2 : 0
