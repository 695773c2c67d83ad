import { expect, test } from 'vitest'
import { validateJob } from '../../../src/compose/validateJob.ts'
import { testBlocks } from '../../cases/testBlocks.ts'
import { wrongDefinitions } from './wrong.ts'

const WARNINGS = ['tag-malformed', 'tag-unknown', 'tag-later', 'tag-path', 'tag-type', 'never', 'always', 'write-lost']

test.each(wrongDefinitions)('$name: $code at $pointer', ({ job, code, pointer, suggestion = null }) => {
  const { valid, problems } = validateJob(job, { blocks: testBlocks })
  const told = problems.map(({ detail: _detail, ...rest }) => rest)
  const severity = WARNINGS.includes(code) ? 'warning' : 'error'
  expect(told).toContainEqual({ code, pointer, severity, suggestion })
  if (severity === 'error') expect(valid).toBe(false)
})
