import { createHash, createHmac } from 'node:crypto'
import { type Block, defineBlock, Type } from '../engine/block.ts'
import { InvalidArgument } from '../engine/errors.ts'

const text = Type.String({ description: 'The text; its bytes are UTF-8.' })

const algorithm = Type.Enum(['sha256', 'sha384', 'sha512', 'sha1', 'md5'], {
  default: 'sha256',
  description: 'The hash function. `sha1` and `md5` are there for what asks for them; they protect nothing.',
})

const encoding = Type.Enum(['hex', 'base64', 'base64url'], {
  default: 'hex',
  description: 'How the bytes of the result are written.',
})

const bytesAre = Type.Enum(['text', 'base64'], {
  default: 'text',
  description: 'With `base64`, the bytes that the text stands for are taken.',
})

export const hash = defineBlock({
  action: 'CRYPTO.HASH',
  title: 'Hash',
  description: 'Gives the hash of a text.',
  keywords: ['sha256', 'md5', 'checksum', 'digest', 'fingerprint'],
  parameters: Type.Object({ text, algorithm, encoding, input: bytesAre }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { text: 'abc' },
      returns: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
    {
      parameters: { text: 'YWJj', input: 'base64', algorithm: 'md5', encoding: 'base64' },
      returns: 'kAFQmDzST7DWlj99KOF/cg==',
    },
  ],
  run: ({ text, algorithm, encoding, input }) =>
    createHash(algorithm)
      .update(bytesOf(text, input, 'text'))
      .digest(encoding),
})

export const hmac = defineBlock({
  action: 'CRYPTO.HMAC',
  title: 'HMAC',
  description: 'Gives the HMAC (RFC 2104) of a text with a key: to sign a request, or to check the signature of one.',
  keywords: ['sign', 'signature', 'webhook', 'sha256', 'authentication'],
  parameters: Type.Object({
    text,
    key: Type.String({ description: 'The key, of one byte or more; its bytes are UTF-8.' }),
    algorithm,
    encoding,
    input: bytesAre,
    key_input: bytesAre,
  }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { text: 'what do ya want for nothing?', key: 'Jefe' },
      returns: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    },
  ],
  run: ({ text, key, algorithm, encoding, input, key_input }) =>
    createHmac(algorithm, keyOf(key, key_input))
      .update(bytesOf(text, input, 'text'))
      .digest(encoding),
})

/** Without a key anybody could sign: what was to give one gave nothing. */
function keyOf(key: string, input: 'text' | 'base64'): Buffer {
  if (key === '') throw new InvalidArgument('key is empty')
  return bytesOf(key, input, 'key')
}

function bytesOf(text: string, input: 'text' | 'base64', name: string): Buffer {
  if (input === 'base64') {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.toString('base64') === text) return bytes
    throw new InvalidArgument(`${name} is not base64, or not padded with =`)
  }
  if (text.isWellFormed()) return Buffer.from(text)
  throw new InvalidArgument(`${name} holds half of a surrogate pair, which has no bytes in UTF-8`)
}

/** The blocks of the category CRYPTO. */
export const cryptoBlocks: readonly Block[] = [hash, hmac]
