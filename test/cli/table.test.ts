import { expect, test } from 'vitest'
import { type TableColumn, renderTable } from '../../src/terminal/table.ts'

const columns: readonly TableColumn[] = [
  { heading: 'ID', flexible: 'last' },
  { heading: 'NAME', flexible: true },
  { heading: 'STATE' },
  { heading: 'FAILED STEP', flexible: true },
  { heading: 'CREATED' },
  { heading: 'TOOK' },
]
const id = '01a221b4-7507-7014-a647-d64e3e5e3930'
const row = [id, 'refund of an order', 'succeeded', 'charge/0/card', '59s ago', '999 ms']

test('a list of jobs fits 80 columns with whole ids: names give up room first', () => {
  const lines = renderTable(columns, [row], 80).split('\n')
  expect(lines.map((line) => line.length <= 80)).toEqual([true, true])
  expect(lines[1]?.startsWith(`${id}  refun…  succeeded  charg…`)).toBe(true)
})

test('where that is not enough, an id is cut, and where nobody looks, nothing', () => {
  const narrow = renderTable(columns, [row], 60).split('\n')
  expect(narrow.every((line) => line.length <= 60)).toBe(true)
  expect(narrow[1]).toMatch(/^01a221b4-7507-7…/)
  expect(renderTable(columns, [row], null)).toContain('refund of an order')
})
