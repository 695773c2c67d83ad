import { createHash, createHmac } from 'node:crypto'
import { NATIVE_CHARACTERS } from '../work.ts'
import { type Call, define } from './define.ts'

/** Functions between texts and codes. Texts count as UTF-8. */
export const encodingFunctions = [
  define({
    name: 'base64',
    takes: { text: 'string' },
    gives: 'string',
    says: 'A text in Base64.',
    example: ['base64("žluť")', 'xb5sdcWl'],
    run({ text }, call) {
      call.work.refuseAbove((text.length * 4) / 3)
      return call.work.made(bytesOf(text, call).toString('base64'))
    },
  }),
  define({
    name: 'base64Decode',
    takes: { text: 'string' },
    gives: 'string',
    says: 'The text that stands in Base64.',
    example: ['base64Decode("xb5sdcWl")', 'žluť'],
    run({ text }, call) {
      call.work.spend(text.length / 4)
      if (!isBase64(text)) return call.fail('the text is no Base64')
      try {
        return call.work.made(UTF_8.decode(Buffer.from(text, 'base64')))
      } catch {
        return call.fail('what stands in Base64 is no text in UTF-8')
      }
    },
  }),
  define({
    name: 'urlEncode',
    takes: { text: 'string' },
    gives: 'string',
    says: 'A text as it may stand in a part of a URL.',
    example: ['urlEncode("a b&c/ž")', 'a%20b%26c%2F%C5%BE'],
    run({ text }, call) {
      call.work.spend(text.length)
      call.work.refuseAbove(text.length)
      return call.work.made(encodeURIComponent(wellFormed(text, call)))
    },
  }),
  define({
    name: 'sha256',
    takes: { text: 'string' },
    gives: 'string',
    says: 'The SHA-256 of a text, in lower-case hexadecimal.',
    example: ['sha256("")', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    run: ({ text }, call) => createHash('sha256').update(bytesOf(text, call)).digest('hex'),
  }),
  define({
    name: 'hmacSha256',
    takes: { text: 'string', key: 'string' },
    gives: 'string',
    says: 'The HMAC (RFC 2104) of a text by SHA-256 with a key, in lower-case hexadecimal.',
    example: ['hmacSha256("text", "key")', '6afa9046a9579cad143a384c1b564b9a250d27d6f6a63f9f20bf3a7594c9e2c6'],
    run: ({ text, key }, call) => createHmac('sha256', bytesOf(key, call)).update(bytesOf(text, call)).digest('hex'),
  }),
  define({
    name: 'uuid',
    takes: { name: 'string' },
    gives: 'string',
    says: 'A UUID that belongs to this job, this step and a name: the same again after a crash.',
    example: ['size(uuid("order"))', 36],
    run({ name }, { scope, work }) {
      work.spend(200 + name.length)
      return scope.uuid(name)
    },
  }),
]

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Whether a text is Base64 (RFC 4648, section 4); the padding may be left out. */
function isBase64(text: string): boolean {
  return BASE64.test(text) && (text.endsWith('=') ? text.length % 4 === 0 : text.length % 4 !== 1)
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function bytesOf(text: string, call: Call): Buffer {
  call.work.spend(200 + text.length / 8)
  return Buffer.from(wellFormed(text, call))
}

/** Half a surrogate pair has no bytes in UTF-8; it would silently become another character. */
function wellFormed(text: string, call: Call): string {
  call.work.spend(text.length / NATIVE_CHARACTERS)
  return text.isWellFormed() ? text : call.fail('the text holds half a character (a lone surrogate)')
}
