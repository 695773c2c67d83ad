import { describe, expect, test } from 'vitest'
import { headersReceived, headersToSend } from '../../../src/blocks/http/headers.ts'
import { InvalidArgument } from '../../../src/engine/errors.ts'

/** Each also in lower case. */
const REFUSED_NAMES = [
  'Accept-Encoding',
  'Connection',
  'Content-Length',
  'Expect',
  'Host',
  'HTTP2-Settings',
  'Keep-Alive',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Connection',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
]

describe('headersToSend', () => {
  test.each<Record<string, string>>([
    ...REFUSED_NAMES.flatMap((name) => [{ [name]: 'x' }, { [name.toLowerCase()]: 'x' }]),
    { '': 'x' },
    { 'a b': 'x' },
    { 'a:': 'x' },
    { 'Host ': 'x' },
    { 'a\r\nx-evil': 'x' },
    { 'a\n': 'x' },
    { 'a\u0000': 'x' },
    { ä: 'x' },
    { a: 'x\r\nx-evil: y' },
    { a: 'x\n' },
    { a: 'x\r' },
    { a: '\u0000' },
    { a: '\u007f' },
    // Latin-1 writes the low byte alone, and these end in that of a line end.
    { a: '\u010a' },
    { a: '\u560d' },
    { a: '😀' },
    { 'X-A': '1', 'x-a': '2' },
  ])('refuses %j', (headers) => {
    expect(() => headersToSend(headers)).toThrow(InvalidArgument)
  })

  test.each<[Record<string, string>, [string, string][]]>([
    [{}, []],
    [{ 'X-Mixed': 'Case' }, [['x-mixed', 'Case']]],
    [{ a: '' }, [['a', '']]],
    [{ a: 'x\ty ü' }, [['a', 'x\ty ü']]],
    [{ "!#$%&'*+-.^_`|~09": 'x' }, [["!#$%&'*+-.^_`|~09", 'x']]],
    [JSON.parse('{ "__proto__": "x" }'), [['__proto__', 'x']]],
  ])('takes %j', (headers, sent) => {
    expect([...headersToSend(headers)]).toEqual(sent)
  })
})

describe('headersReceived', () => {
  test.each<[Record<string, string | string[] | undefined>, Record<string, string>]>([
    [{ a: 'x', b: undefined }, { a: 'x' }],
    [{ a: ['x', 'y, z'] }, { a: 'x, y, z' }],
    [
      { 'set-cookie': ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'] },
      { 'set-cookie': 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\nb=2' },
    ],
    [{ 'set-cookie': 'a=1' }, { 'set-cookie': 'a=1' }],
  ])('makes text of %j', (headers, received) => {
    expect(headersReceived(headers)).toEqual(received)
  })

  test('takes a header named __proto__ for one like any other', () => {
    const received = headersReceived(JSON.parse('{ "__proto__": "x" }'))
    expect(Object.entries(received)).toEqual([['__proto__', 'x']])
  })
})
