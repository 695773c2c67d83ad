import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { partedTestFiles } from './projectFiles.ts'

const { unit, service, alone } = partedTestFiles()

test('each test file is of one project', () => {
  const all = globSync('test/**/*.test.ts', { cwd: join(import.meta.dirname, '../..') })
  expect([...unit, ...service, ...alone].toSorted()).toEqual(all.toSorted())
})

test('what sets a false clock or ends processes has a process of its own; other files with a database share one', () => {
  expect(alone).toContain('test/access/revocations.test.ts')
  expect(alone).toContain('test/faults/kills.test.ts')
  expect(service).toContain('test/http/jobs.test.ts')
  expect(unit).toContain('test/support/projectFiles.test.ts')
})
