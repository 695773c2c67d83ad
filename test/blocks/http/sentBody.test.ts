import { describe, expect, test } from 'vitest'
import { bodyToSend } from '../../../src/blocks/http/sentBody.ts'
import { InvalidArgument } from '../../../src/engine/errors.ts'
import type { Json } from '../../../src/engine/values/json.ts'

const FORM = 'application/x-www-form-urlencoded'
const bytes = (...values: number[]): Buffer => Buffer.from(values)

describe('what is sent', () => {
  test.each<[body: Json, type: string | undefined, sent: string | Buffer, contentType: string]>([
    ['häh 😀', undefined, 'häh 😀', 'text/plain; charset=utf-8'],
    ['', undefined, '', 'text/plain; charset=utf-8'],
    [{ a: [1, 'ü'] }, undefined, '{"a":[1,"ü"]}', 'application/json'],
    [[1, 2], undefined, '[1,2]', 'application/json'],
    [0, undefined, '0', 'application/json'],
    [false, undefined, 'false', 'application/json'],
    [null, undefined, 'null', 'application/json'],
    [['\ud800'], undefined, '["\\ud800"]', 'application/json'],
    [{ a: 1 }, 'application/vnd.api+json', '{"a":1}', 'application/vnd.api+json'],
    [
      { a: 'é' },
      'application/json; charset=iso-8859-1',
      bytes(...Buffer.from('{"a":"é"}', 'latin1')),
      'application/json; charset=iso-8859-1',
    ],
    [{ a: 1, b: 'x y' }, FORM, 'a=1&b=x+y', FORM],
    [{ a: [1, 'ü&'], c: true, d: '' }, `${FORM}; charset=utf-8`, 'a=1&a=%C3%BC%26&c=true&d=', `${FORM}; charset=utf-8`],
    [{}, FORM, '', FORM],
    ['a=1&b=2', FORM, 'a=1&b=2', FORM],
    ['<a/>', 'application/xml', '<a/>', 'application/xml'],
    [5, 'text/plain', '5', 'text/plain'],
    [true, 'text/csv', 'true', 'text/csv'],
    ['é', 'text/plain; charset=ISO-8859-1', bytes(0xe9), 'text/plain; charset=ISO-8859-1'],
    ['€', 'text/plain; charset=iso-8859-15', bytes(0xa4), 'text/plain; charset=iso-8859-15'],
    ['€', 'text/plain; charset=windows-1252', bytes(0x80), 'text/plain; charset=windows-1252'],
    ['Привет', 'text/plain; charset=koi8-r', bytes(0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4), 'text/plain; charset=koi8-r'],
    ['é', 'text/plain; charset=utf-16le', bytes(0xe9, 0), 'text/plain; charset=utf-16le'],
    ['é', 'text/plain; charset=utf-16be', bytes(0, 0xe9), 'text/plain; charset=utf-16be'],
  ])('%j under %s is %j', (body, type, sent, contentType) => {
    expect(bodyToSend(body, type, 'auto')).toEqual({ bytes: Buffer.from(sent), contentType })
  })

  test.each<[body: Json, type: string | undefined, message: string]>([
    [{ a: 1 }, 'text/plain', '/body is an object'],
    [{ a: 1 }, 'application/xml', '"application/xml" is neither JSON nor a form'],
    [[1], 'application/octet-stream', '/body is a list'],
    [null, 'text/plain', '/body is null'],
    [{ a: { b: 1 } }, FORM, '/body/a must be text, a number or a boolean'],
    [{ 'a/b': [1, null] }, FORM, '/body/a~1b/1 must be'],
    [[1], FORM, '/body must be an object'],
    [{ a: '\udc00' }, FORM, 'half of a surrogate pair'],
    ['x\ud83d', undefined, 'half of a surrogate pair'],
    ['€', 'text/plain; charset=iso-8859-1', 'no byte for "€"'],
    ['é', 'text/plain; charset=us-ascii', 'no byte for "é"'],
    ['日本', 'text/plain; charset=shift_jis', 'no byte for "日"'],
    ['x', 'text/plain; charset=klingon', 'the charset "klingon" is not known'],
    [{ a: 1 }, 'multipart/form-data; boundary=x', 'leave the boundary out'],
    [{ a: { base64: 'AA==', text: 'x' } }, 'multipart/form-data', '/body/a must be {'],
    [{ a: { filename: 'x' } }, 'multipart/form-data', '/body/a must be {'],
    [{ a: { text: 'x', name: 'y' } }, 'multipart/form-data', '/body/a must be {'],
    [{ a: { base64: 'AA' } }, 'multipart/form-data', '/body/a/base64 is not base64'],
    [{ a: { text: 1.5, content_type: 'x\r\ny' } }, 'multipart/form-data', 'on one line'],
  ])('%j under %s is refused: %s', (body, type, message) => {
    const send = (): unknown => bodyToSend(body, type, 'auto')
    expect(send).toThrow(InvalidArgument)
    expect(send).toThrow(message)
  })

  test('base64 is the bytes that it stands for', () => {
    expect(bodyToSend('iVBORw0KGgoA/w==', undefined, 'base64')).toEqual({
      bytes: bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0xff),
      contentType: 'application/octet-stream',
    })
    expect(bodyToSend('AA==', 'image/png', 'base64').contentType).toBe('image/png')
  })

  test.each<Json>(['AA', 'A', 'a-_a', 'AA==x', ' AA==', 7, null, ['AA==']])('%j is no base64', (body) => {
    expect(() => bodyToSend(body, undefined, 'base64')).toThrow(InvalidArgument)
  })
})

test('multipart/form-data is read again as it was meant, bytes and odd names included', async () => {
  const { bytes: sent, contentType } = bodyToSend(
    {
      note: 'häh\r\nlines',
      'a "name"\r\n': 1,
      twice: ['x', true],
      file: { filename: 'ü "1".png', content_type: 'image/png', base64: 'iVBORw0KGgoA/w==' },
      text: { filename: 'a.txt', text: 'é\n' },
    },
    'multipart/form-data',
    'auto',
  )
  const form = await new Response(sent, { headers: { 'content-type': contentType } }).formData()
  expect(form.getAll('note')).toEqual(['häh\r\nlines'])
  expect(form.getAll('a "name"\r\n')).toEqual(['1'])
  expect(form.getAll('twice')).toEqual(['x', 'true'])
  const file = form.get('file') as File
  expect([file.name, file.type, Buffer.from(await file.arrayBuffer()).toString('base64')]).toEqual([
    'ü "1".png',
    'image/png',
    'iVBORw0KGgoA/w==',
  ])
  expect(await (form.get('text') as File).text()).toBe('é\n')
})
