import { expect, test } from 'vitest'
import { isFailure, STATUS_VALUES, type StatusName } from '../../src/engine/status.ts'
import { readPage } from './fences.ts'

test('docs/statuses.md has every status with its number, and tells which fail the job', async () => {
  const page = await readPage('docs/statuses.md')
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| (-?\d+) +\| (yes|no) /gm)]
  const code = (Object.keys(STATUS_VALUES) as StatusName[]).map((name) => ({
    name,
    value: STATUS_VALUES[name],
    fails: isFailure(name),
  }))
  expect(rows.map(([, name, value, fails]) => ({ name, value: Number(value), fails: fails === 'yes' }))).toEqual(code)
})
