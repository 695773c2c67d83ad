import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** What is read of a report that Vitest's `json` reporter wrote. */
type Report = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly FileResult[]
}
type FileResult = {
  readonly name: string
  readonly status: string
  readonly message: string
  readonly assertionResults: readonly TestResult[]
}
type TestResult = { readonly status: string; readonly fullName: string; readonly failureMessages?: readonly string[] }

/** The report in a file; undefined: the run was ended before it wrote one. */
export function readReport(path: string): Report | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined
}

/** Files of which a test failed, or that could not be loaded, from the folder where the tests were run. */
export function failedFiles({ testResults }: Report): string[] {
  return testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(process.cwd(), name))
}

/** A paragraph for each test that failed: its file and name, and what it said, without the test runner's own frames. */
export function failures({ testResults }: Report): string[] {
  return testResults.flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed')
    const path = relative(process.cwd(), file.name)
    if (failed.length === 0 && file.status === 'failed') return [`${path}: ${file.message}`]
    return failed.map(({ fullName, failureMessages = [] }) => `${path} > ${fullName}\n${said(failureMessages)}`)
  })
}

function said(messages: readonly string[]): string {
  const lines = messages.join('\n').split('\n')
  return lines.filter((line) => !/^ {4}at (new Promise|.*node_modules)/.test(line)).join('\n')
}
