import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { UnreadableBody } from '../../../src/blocks/http/errors.ts'
import { bodyReceived, type Parse } from '../../../src/blocks/http/receivedBody.ts'
import { ValueTooLarge } from '../../../src/engine/errors.ts'
import type { Json } from '../../../src/engine/values/json.ts'

/** What an answer says of its body, and the body's bytes. */
type Sent = { type?: string; coding?: string; bytes: string | Uint8Array }

function read({ type, coding, bytes }: Sent, parse: Parse = 'auto', maxBytes = 100_000): Promise<Json> {
  const headers = {
    ...(type !== undefined && { 'content-type': type }),
    ...(coding !== undefined && { 'content-encoding': coding }),
  }
  return bodyReceived(Buffer.from(bytes), headers, { parse, maxBytes })
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')
const utf16be = (text: string): Buffer => utf16(text).swap16()
const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)
const PNG = of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52)

describe('which type is read as what', () => {
  test.each<[type: string | undefined, bytes: string, parse: Parse, body: Json]>([
    ['application/json', '{"a":1}', 'auto', { a: 1 }],
    ['application/json; charset=utf-8', '[1]', 'auto', [1]],
    ['application/json ;charset=utf-8', '[1]', 'auto', [1]],
    ['Application/Problem+JSON', '"x"', 'auto', 'x'],
    ['text/json', 'null', 'auto', null],
    ['application/json', '', 'auto', null],
    ['application/json', ' \r\n\t ', 'auto', null],
    ['application/json', ' \n', 'text', ' \n'],
    ['text/plain', ' \n', 'auto', ' \n'],
    [undefined, ' \n', 'json', null],
    ['application/json', '<oops>', 'auto', '<oops>'],
    ['application/json', '[1', 'auto', '[1'],
    ['application/json', '{"a":1}', 'text', '{"a":1}'],
    ['application/json', '', 'text', ''],
    ['application/json', '\ufeff{"a":1}', 'auto', { a: 1 }],
    ['text/plain', '{"a":1}', 'auto', '{"a":1}'],
    ['text/plain', '{"a":1}', 'json', { a: 1 }],
    ['text/plain', '', 'auto', ''],
    ['text/plain', '', 'json', null],
    ['text/html', 'häh 😀', 'auto', 'häh 😀'],
    ['application/jsonp', '1', 'auto', '1'],
    ['json', '1', 'auto', '1'],
    [undefined, '1', 'auto', '1'],
    [undefined, '1', 'json', 1],
    [undefined, '', 'base64', ''],
  ])('%s %j with parse %s is %j', async (type, bytes, parse, body) => {
    expect(await read({ ...(type !== undefined && { type }), bytes }, parse)).toEqual(body)
  })

  test.each(['<oops>', '[1', 'NaN', '[1,]', '1e400'])('json is an error where %s came', async (bytes) => {
    await expect(read({ bytes }, 'json')).rejects.toThrow(UnreadableBody)
  })
})

describe('numbers that a double changes', () => {
  const json = (bytes: string): Promise<Json> => read({ type: 'application/json', bytes })

  test.each<[string, Json]>([
    ['{"id":7615917337495251231}', { id: '7615917337495251231' }],
    ['[9007199254740993,-9007199254740993]', ['9007199254740993', '-9007199254740993']],
    ['[9007199254740992,9007199254740994]', [9007199254740992, 9007199254740994]],
    ['12345678901234567890', '12345678901234567890'],
    ['{"price":0.1234567890123456789}', { price: '0.1234567890123456789' }],
    ['[12345678901234567.89]', ['12345678901234567.89']],
    ['[1e-400]', ['1e-400']],
    ['{"n":9007199254740993.0}', { n: '9007199254740993.0' }],
    ['[100000000000000000000000]', ['100000000000000000000000']],
  ])('%s keeps its digits as text', async (bytes, body) => {
    expect(await json(bytes)).toEqual(body)
  })

  test.each<[string, Json]>([
    [
      '[0.1,1.10,1e23,1E+2,-0.0,0e9,5e-324,1.7976931348623157e308]',
      [0.1, 1.1, 1e23, 100, -0, 0, 5e-324, Number.MAX_VALUE],
    ],
    ['[0.30000000000000004,0.10000000000000001,0.1000000000000000055511151231257827]', [0.30000000000000004, 0.1, 0.1]],
    [
      '["7615917337495251231",{"1e400":"12345678901234567890.5"}]',
      ['7615917337495251231', { '1e400': '12345678901234567890.5' }],
    ],
  ])('%s is what it was', async (bytes, body) => {
    expect(await json(bytes)).toEqual(body)
  })

  test('JSON that can’t be held is kept as text, so that the answer is not lost', async () => {
    expect(await json('{"n":1e400}')).toBe('{"n":1e400}')
    const deep = '['.repeat(201) + ']'.repeat(201)
    expect(await json(deep)).toBe(deep)
    await expect(read({ bytes: '{"a":{"b":[0,-1e999]}}' }, 'json')).rejects.toThrow('/a/b/1')
  })
})

describe('charsets', () => {
  test.each<[type: string | undefined, bytes: Uint8Array, text: string]>([
    ['text/plain; charset=ISO-8859-1', latin1('Região'), 'Região'],
    ['text/plain;charset="iso-8859-1"', latin1('Região'), 'Região'],
    ['text/plain; Charset=latin1', of(0x80), '€'],
    ['text/plain; charset=iso-8859-15', of(0xa4), '€'],
    ['text/plain; charset=iso-8859-2', of(0xb1), 'ą'],
    ['text/html; charset=windows-1251', of(0xcf, 0xf0, 0xe8), 'При'],
    ['text/html; charset=koi8-r', of(0xf0), 'П'],
    ['text/html; charset=Shift_JIS', of(0x93, 0xfa, 0x96, 0x7b), '日本'],
    ['text/html; charset=euc-jp', of(0xc6, 0xfc), '日'],
    ['text/html; charset=gb2312', of(0xd6, 0xd0), '中'],
    ['text/html; charset=gb18030', of(0xd6, 0xd0), '中'],
    ['text/html; charset=big5', of(0xa4, 0xa4), '中'],
    ['text/html; charset=euc-kr', of(0xc7, 0xd1), '한'],
    ['text/plain; charset=utf-16', utf16('é😀'), 'é😀'],
    ['text/plain; charset=utf-16be', utf16be('é😀'), 'é😀'],
    ['text/plain; charset=iso-8859-1', Buffer.from('\ufeffé'), 'é'],
    ['text/plain', utf16('\ufeffé'), 'é'],
    [undefined, utf16be('\ufeffé'), 'é'],
    ['text/csv', Buffer.from('\ufeffa;b'), 'a;b'],
    ['image/svg+xml', Buffer.from('<é/>'), '<é/>'],
    ['application/octet-stream', Buffer.from('plain'), 'plain'],
  ])('%s reads %j as %s', async (type, bytes, text) => {
    expect(await read({ ...(type !== undefined && { type }), bytes })).toBe(text)
  })

  test('JSON has a charset too', async () => {
    expect(await read({ type: 'application/json; charset=iso-8859-1', bytes: latin1('"é"') })).toBe('é')
    expect(await read({ type: 'application/json', bytes: utf16('\ufeff["é"]') })).toEqual(['é'])
  })

  test.each<[type: string, bytes: Uint8Array]>([
    ['text/plain', latin1('Região')],
    ['application/json', latin1('"é"')],
    ['application/octet-stream', of(0x61, 0xff, 0x62)],
    ['image/png', PNG],
    ['audio/mpeg', of(0xff, 0xfe, 0x90, 0x44)],
    ['text/plain; charset=utf-8', of(0xc3)],
    ['text/plain; charset=utf-16le', of(0x61)],
    ['text/plain; charset=utf-16le', of(0x00, 0xd8)],
    ['text/plain; charset=shift_jis', of(0x93)],
    ['text/plain; charset=klingon', of(0x61)],
    ['text/plain; charset=iso-2022-kr', of(0x61)],
    ['text/plain', of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0)],
  ])('%s with bytes that do not fit is an error, and whole as base64', async (type, bytes) => {
    await expect(read({ type, bytes })).rejects.toThrow(UnreadableBody)
    await expect(read({ type, bytes }, 'text')).rejects.toThrow('base64')
    expect(await read({ type, bytes }, 'base64')).toBe(Buffer.from(bytes).toString('base64'))
  })
})

describe('codings', () => {
  const text = 'häh '.repeat(100)
  test.each<[coding: string, bytes: Uint8Array]>([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['gzip', Buffer.concat([gzipSync(text.slice(0, 50)), gzipSync(text.slice(50))])],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity', Buffer.from(text)],
    ['', Buffer.from(text)],
    ['identity, identity', Buffer.from(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['deflate, identity , gzip', gzipSync(deflateSync(text))],
  ])('%j is undone', async (coding, bytes) => {
    expect(await read({ coding, bytes, type: 'text/plain' })).toBe(text)
  })

  test('base64 is of the bytes without their coding', async () => {
    expect(await read({ coding: 'gzip', bytes: gzipSync(PNG) }, 'base64')).toBe(Buffer.from(PNG).toString('base64'))
  })

  test('asks nothing of the coding where there is no body', async () => {
    expect(await read({ coding: 'gzip', bytes: '' })).toBe('')
    expect(await read({ coding: 'x-unheard-of', bytes: '', type: 'application/json' })).toBeNull()
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['zstd', zstdCompressSync],
  ] as const)('a bomb of %s ends at the bound', async (coding, compress) => {
    const bytes = compress(Buffer.alloc(50_000_000))
    await expect(read({ coding, bytes }, 'text', 10_000)).rejects.toThrow(ValueTooLarge)
    const twice = compress(bytes)
    await expect(read({ coding: `${coding}, ${coding}`, bytes: twice }, 'text', 10_000)).rejects.toThrow(ValueTooLarge)
  })

  test.each<[coding: string, bytes: string | Uint8Array]>([
    ['gzip', 'not gzip'],
    ['gzip', gzipSync(text).subarray(0, 20)],
    ['br', of(0xff, 0xff)],
    ['deflate', 'x'],
    ['compress', 'x'],
    ['x-unheard-of', 'x'],
    ['gzip, gzip, gzip, gzip', gzipSync('x')],
  ])('%s that is none is an error', async (coding, bytes) => {
    await expect(read({ coding, bytes })).rejects.toThrow(UnreadableBody)
  })
})
