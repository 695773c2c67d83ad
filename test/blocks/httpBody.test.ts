import { describe, expect, test } from 'vitest'
import { bodyReceived, bodyToSend, type Parse } from '../../src/blocks/httpBody.ts'
import type { Json } from '../../src/engine/values/json.ts'

describe('bodyToSend', () => {
  test.each<[Json, string, string]>([
    ['häh 😀', 'häh 😀', 'text/plain; charset=utf-8'],
    ['', '', 'text/plain; charset=utf-8'],
    [{ a: [1, 'ü'] }, '{"a":[1,"ü"]}', 'application/json'],
    [[1, 2], '[1,2]', 'application/json'],
    [0, '0', 'application/json'],
    [false, 'false', 'application/json'],
    [null, 'null', 'application/json'],
  ])('sends %j as %j, %s', (body, text, contentType) => {
    expect(bodyToSend(body)).toEqual({ text, contentType })
  })
})

describe('bodyReceived', () => {
  test.each<[type: string | null, sent: string | Uint8Array, parse: Parse, body: Json]>([
    ['application/json', '{"a":1}', 'auto', { a: 1 }],
    ['application/json; charset=utf-8', '[1]', 'auto', [1]],
    ['application/json ;charset=utf-8', '[1]', 'auto', [1]],
    ['Application/Problem+JSON', '"x"', 'auto', 'x'],
    ['text/json', 'null', 'auto', null],
    ['application/json', '', 'auto', null],
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
    [null, '1', 'auto', '1'],
    [null, '1', 'json', 1],
    ['application/octet-stream', Uint8Array.of(0x61, 0xff, 0x62), 'auto', 'a\ufffdb'],
  ])('reads %s %j with parse %s as %j', (type, sent, parse, body) => {
    const headers: Record<string, string> = type === null ? {} : { 'content-type': type }
    expect(bodyReceived(Buffer.from(sent), headers, parse)).toEqual(body)
  })

  test.each(['<oops>', '[1', 'NaN', '[1,]'])('throws where JSON was asked for and %s came', (sent) => {
    expect(() => bodyReceived(Buffer.from(sent), {}, 'json')).toThrow('no valid JSON')
  })

  test.each(['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'GZIP', 'x-unheard-of'])(
    'refuses a body encoded as %s',
    (encoding) => {
      expect(() => bodyReceived(Buffer.from('x'), { 'content-encoding': encoding }, 'auto')).toThrow('is not read')
    },
  )

  test.each(['identity', 'Identity', '', 'identity, identity'])('takes a body encoded as %j', (encoding) => {
    expect(bodyReceived(Buffer.from('x'), { 'content-encoding': encoding }, 'auto')).toBe('x')
  })

  test('asks nothing of the encoding where there is no body', () => {
    expect(bodyReceived(Buffer.from(''), { 'content-encoding': 'gzip' }, 'auto')).toBe('')
  })
})
