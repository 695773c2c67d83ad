import { expect, test } from 'vitest'
import { nearestName } from '../../src/engine/nearest.ts'

const NAMES = ['CONCURRENCY', 'PORT', 'HOST', 'LOG_LEVEL', 'LOG_FORMAT', 'state', 'name', 'tag']

test.each([
  ['CONCURENCY', 'CONCURRENCY'],
  ['concurrency', 'CONCURRENCY'],
  ['LOG_LEVLE', 'LOG_LEVEL'],
  ['PROT', 'PORT'],
  ['status', 'state'],
  ['nmae', 'name'],
  ['PATH', null],
  ['x', null],
  ['', null],
  ['metadata', null],
])('%s was most likely meant as %s', (written, meant) => {
  expect(nearestName(written, NAMES)).toBe(meant)
})
