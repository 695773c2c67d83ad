import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../../src/engine/block.ts'
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

const person = defineBlock({
  action: 'SHOP.PERSON',
  description: 'Gives a person.',
  parameters: Type.Object({}),
  returns: Type.Object({ name: Type.String(), plan: Type.Object({ tier: Type.String(), until: Type.String() }) }),
  run: () => ({ name: 'Ann', plan: { tier: 'gold', until: 'May' } }),
})

test.each([
  ['{: p.nmae :}', 'name', 'what p gives has no nmae; it has name, plan'],
  ['{: p.plan.teir :}', 'tier', 'what p gives has no plan.teir; plan has tier, until'],
  ['{= p.plan.utnil =}', 'until', 'what p gives has no plan.utnil; plan has tier, until'],
  ['{: p.name.first :}', null, 'what p gives has no name.first'],
  ['{: p.plan.tier.level :}', null, 'what p gives has no plan.tier.level'],
])('%s suggests %j, a name from where it goes astray', (value, suggestion, detail) => {
  const steps = [
    { id: 'p', action: 'SHOP.PERSON' },
    { action: 'FLOW.SET', parameters: { value } },
  ]
  const { problems } = validateJob({ steps }, { blocks: [person] })
  const pointer = '/steps/1/parameters/value'
  expect(problems).toEqual([{ code: 'tag-path', severity: 'warning', pointer, suggestion, detail }])
})
