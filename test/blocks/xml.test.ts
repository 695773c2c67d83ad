import { describe, expect, test } from 'vitest'
import { parse, xmlBlocks } from '../../src/blocks/xml.ts'
import type { Json } from '../../src/engine/values/json.ts'
import { callBlock, type Case, invalidArgument, invalidType, returns, testCases, testExamples } from './callBlock.ts'
import { longestHold } from './longestHold.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const gives = (text: string, value: Json, more: object = {}): Case => ['XML.PARSE', { text, ...more }, returns(value)]
const refused = (text: string): Case => ['XML.PARSE', { text }, invalidArgument]

const BILLION = `<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><l>&c;</l>`
const EXTERNAL = `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>`

const CASES: readonly Case[] = [
  gives('<a/>', { a: '' }),
  gives('<?xml version="1.0" encoding="UTF-8"?>\n<!-- c -->\n<a> x </a>\n', { a: ' x ' }),
  gives('<a><![CDATA[<b>&]]>]]&gt;</a>', { a: '<b>&]]>' }),
  gives('<a>&lt;&#65;&#x1F600;&quot;</a>', { a: '<A😀"' }),
  gives('<a x="1">t</a>', { a: { '@x': '1', '#text': 't' } }),
  gives('<a>\n  <b>1</b>\n  <b x="y"/>\n</a>', { a: { b: ['1', { '@x': 'y' }] } }),
  gives('<a>one <b>two</b> three</a>', { a: { b: 'two', '#text': 'one  three' } }),
  gives('<s:e xmlns:s="u"><s:b/></s:e>', { 's:e': { '@xmlns:s': 'u', 's:b': '' } }),
  gives('<a><__proto__>1</__proto__><constructor>2</constructor></a>', {
    a: JSON.parse('{"__proto__":"1","constructor":"2"}'),
  }),
  gives('<a><b/><c><b/></c></a>', { a: { b: [''], c: { b: [''] } } }, { lists: ['b'] }),
  refused(''),
  refused('text'),
  refused('<a>'),
  refused('<a></b>'),
  refused('<a/><b/>'),
  refused('<a x=1/>'),
  refused('<a x="1" x="2"/>'),
  refused('<a>&nbsp;</a>'),
  refused('<a>&#0;</a>'),
  refused('<a>\u0001</a>'),
  refused('<!DOCTYPE html><html/>'),
  refused(BILLION),
  refused(EXTERNAL),
  refused('<a>'.repeat(91) + '</a>'.repeat(91)),
  ['XML.PARSE', { text: 1 }, invalidType],
  ['XML.PARSE', { text: '<a/>', lists: 'a' }, invalidType],
]

describe('XML', () => {
  testExamples(xmlBlocks)
  testCases(xmlBlocks, CASES)

  test.each([
    ['elements', `<r>${'<i a="1">x</i>'.repeat(70_000)}</r>`],
    ['attributes', `<r ${Array.from({ length: 60_000 }, (_, i) => `a${i}="x"`).join(' ')}/>`],
    ['references', `<r>${'&#65;'.repeat(200_000)}</r>`],
    ['depth', '<a>'.repeat(300_000)],
    ['brackets', '<'.repeat(1_000_000)],
  ])('a million characters of %s hold nobody up', { timeout: PATIENCE_MS }, async (_, text) => {
    expect(await longestHold(() => callBlock(parse, { text }))).toBeLessThan(1000)
  })
})
