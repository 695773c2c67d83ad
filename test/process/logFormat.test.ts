import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/read.ts'

const run = promisify(execFile)
const OUTPUT = new URL('../../src/process/logOutput.ts', import.meta.url).href
const LOGGING = new URL('../../src/logging.ts', import.meta.url).href

/** What a process without a terminal writes that logs one line in this format. */
async function written(format: string): Promise<string> {
  const code = `const { openLogOutput } = await import('${OUTPUT}'); const { createLog } = await import('${LOGGING}')
    const output = await openLogOutput(${format})
    createLog('info', output).warn({ job: 'a' }, 'a line')
    output.flushSync?.()`
  return (await run(process.execPath, ['--input-type=module', '--eval', code])).stdout
}

test.each(['undefined', "'json'"])('LOG_FORMAT %s: without a terminal each line is JSON', async (format) => {
  expect(JSON.parse(await written(format))).toMatchObject({ level: 40, job: 'a', msg: 'a line' })
})

test('LOG_FORMAT=pretty: a line is for people', async () => {
  expect(await written("'pretty'")).toMatch(/^\[\d\d:\d\d:\d\d\] WARN: a line\n {4}job: "a"\n$/)
})

test('another format ends the start, and is told which there are', () => {
  expect(() => readConfig({ LOG_FORMAT: 'xml' })).toThrow(/LOG_FORMAT .*json, pretty/)
})
