import { describe } from 'vitest'
import { momentBlocks } from '../../src/blocks/time/moments.ts'
import { type Case, invalidArgument, invalidType, returns, testCases, testExamples } from './callBlock.ts'

const PRAGUE = 'Europe/Prague'

const CASES: readonly Case[] = [
  [
    'TIME.FORMAT',
    { time: '2026-07-01T12:00:00+02:00', pattern: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX" },
    returns('2026-07-01T10:00:00.000Z'),
  ],
  ['TIME.FORMAT', { time: '2026-07-01T12:00:00Z', pattern: 'EEE XXX', zone: '-03:30' }, returns('Wed -03:30')],
  ['TIME.FORMAT', { time: '2026-07-01', pattern: 'yyyy' }, invalidArgument],
  ['TIME.FORMAT', { time: '2026-02-30T00:00:00Z', pattern: 'yyyy' }, invalidArgument],
  ['TIME.FORMAT', { time: '2026-07-01T12:00:00Z', pattern: 'YYYY' }, invalidArgument],
  ['TIME.FORMAT', { time: '2026-07-01T12:00:00Z', pattern: 'yyyy', zone: 'Mars/Base' }, invalidArgument],
  ['TIME.FORMAT', { time: 1, pattern: 'yyyy' }, invalidType],
  ['TIME.FORMAT', { time: '2026-07-01T12:00:00Z', pattern: 'y'.repeat(201) }, invalidType],

  [
    'TIME.PARSE',
    { text: '2026-03-29 02:30', pattern: 'yyyy-MM-dd HH:mm', zone: PRAGUE },
    returns('2026-03-29T01:30:00.000Z'),
  ],
  [
    'TIME.PARSE',
    { text: '2026-10-25 02:30', pattern: 'yyyy-MM-dd HH:mm', zone: PRAGUE },
    returns('2026-10-25T00:30:00.000Z'),
  ],
  [
    'TIME.PARSE',
    { text: '2026-01-31 08:00 +05:30', pattern: 'yyyy-MM-dd HH:mm XXX', zone: PRAGUE },
    returns('2026-01-31T02:30:00.000Z'),
  ],
  ['TIME.PARSE', { text: '31/01/2026 x', pattern: 'dd/MM/yyyy' }, invalidArgument],
  ['TIME.PARSE', { text: 'yesterday' }, invalidArgument],
  ['TIME.PARSE', { text: '2026-13-01T00:00:00Z' }, invalidArgument],

  ['TIME.ADD', { time: '2026-01-31T08:00:00.5+01:00' }, returns('2026-01-31T07:00:00.500Z')],
  ['TIME.ADD', { time: '2026-10-25T01:30:00Z', zone: PRAGUE }, returns('2026-10-25T01:30:00.000Z')],
  ['TIME.ADD', { time: '2028-02-29T00:00:00Z', months: 12 }, returns('2029-02-28T00:00:00.000Z')],
  [
    'TIME.ADD',
    { time: '2026-03-31T00:00:00Z', months: -1, days: -1, duration: '1d1h' },
    returns('2026-02-28T01:00:00.000Z'),
  ],
  ['TIME.ADD', { time: '2026-10-24T10:00:00Z', days: 1, zone: PRAGUE }, returns('2026-10-25T11:00:00.000Z')],
  ['TIME.ADD', { time: '2026-01-31T08:00:00Z', duration: 'soon' }, invalidArgument],
  ['TIME.ADD', { time: '2026-01-31T08:00:00Z', duration: '--1s' }, invalidArgument],
  ['TIME.ADD', { time: '2026-01-31T08:00:00Z', months: 120_000 }, invalidArgument],
  ['TIME.ADD', { time: '2026-01-31T08:00:00Z', days: -3_700_000 }, invalidArgument],
  ['TIME.ADD', { time: '2026-01-31T08:00:00Z', months: 0.5 }, invalidType],

  ['TIME.DIFF', { from: '2026-03-28T12:00:00+01:00', to: '2026-03-29T12:00:00+02:00', unit: 'days' }, returns(23 / 24)],
  ['TIME.DIFF', { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00.001Z', unit: 'milliseconds' }, returns(1)],
  ['TIME.DIFF', { from: 'now', to: '2026-01-01T00:00:00Z' }, invalidArgument],
  ['TIME.DIFF', { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z', unit: 'years' }, invalidType],
]

describe('moments', () => {
  testExamples(momentBlocks)
  testCases(momentBlocks, CASES)
})
