import { describe, expect, test } from 'vitest'
import { htmlBlocks, toText } from '../../src/blocks/html.ts'
import { callBlock, type Case, invalidArgument, invalidType, returns, testCases, testExamples } from './callBlock.ts'
import { longestHold } from './longestHold.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const gives = (html: string, text: string, more: object = {}): Case => [
  'HTML.TO_TEXT',
  { html, ...more },
  returns(text),
]

const CASES: readonly Case[] = [
  gives('', ''),
  gives('plain', 'plain'),
  gives('  a \n b<b> c</b>d ', 'a b cd'),
  gives('<p>a</p><p>b</p>', 'a\n\nb'),
  gives('<div>a</div><div>b</div>c', 'a\nb\nc'),
  gives('a<br><br>b', 'a\n\nb'),
  gives('<table><tr><th>n</th><th>q</th></tr><tr><td>tea</td><td>2</td></tr></table>', 'n\tq\ntea\t2'),
  gives('<ul><li>a</li><li><b>b</b> c</li></ul>d', '- a\n- b c\n\nd'),
  gives('<pre>  a\n   b</pre>', '  a\n   b'),
  gives('<title>t</title><script>alert(1)</script><style>x{}</style><!-- c -->a', 'a'),
  gives('<svg><text>no</text></svg>a<template>b</template>', 'a'),
  gives('&lt;b&gt; &amp;nbsp; &eacute;&#128512;&nbsp;x', '<b> &nbsp; é😀\u00a0x'),
  gives('<img src="x" alt="a cat"><img src="y">', 'a cat'),
  gives('<a href="/x">go</a>!', 'go!', { links: false }),
  gives('<a href="javascript:x">go</a> <a>no</a>', 'go [javascript:x] no', { links: true }),
  gives('<p>un<b>closed <i>tags', 'unclosed tags'),
  gives('a < b & c > d', 'a < b & c > d'),
  gives('</p></div>a</b>', 'a'),
  ['HTML.TO_TEXT', { html: '<div>'.repeat(600) }, invalidArgument],
  ['HTML.TO_TEXT', { html: 1 }, invalidType],
]

describe('HTML', () => {
  testExamples(htmlBlocks)
  testCases(htmlBlocks, CASES)

  test.each([
    ['blocks', '<p>Hello <b>you</b> &amp; me</p>'.repeat(31_000)],
    ['depth', '<div>'.repeat(200_000)],
    ['lists', '<ul><li>'.repeat(125_000)],
    ['brackets', '<'.repeat(1_000_000)],
    ['an attribute', `<a ${'b '.repeat(500_000)}`],
    ['comments', '<!--'.repeat(250_000)],
    ['white space', ' '.repeat(1_000_000)],
    ['closing tags', `${'<b>'.repeat(500)}${'</i>'.repeat(249_000)}`],
  ])('a million characters of %s hold nobody up', { timeout: PATIENCE_MS }, async (_, html) => {
    expect(await longestHold(() => callBlock(toText, { html }))).toBeLessThan(1000)
  })
})
