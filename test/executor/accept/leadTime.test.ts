import { expect, test } from 'vitest'
import { LeadTime } from '../../../src/executor/accept/leadTime.ts'

test('the first jobs of a process have longer for their leading steps than all that follow', () => {
  const leadTime = new LeadTime()
  const first = Array.from({ length: 50 }, () => leadTime.next())
  expect(new Set(first)).toEqual(new Set([20]))
  expect(leadTime.next()).toBe(1)
})
