import { InvalidArgument } from '../../engine/errors.ts'
import { UnreadableBody } from './errors.ts'
import { isTextType, type MediaType } from './mediaType.ts'

/**
 * Bytes as text: by a byte order mark, else by the charset that the type names (all labels of the WHATWG Encoding
 * Standard), else as UTF-8. Throws an `UnreadableBody` for bytes that do not fit: no character is ever replaced.
 */
export function decodeText(bytes: Uint8Array, type: MediaType): string {
  const label = (isTextType(type) ? markOf(bytes) : null) ?? type.charset ?? 'utf-8'
  const encoding = encodingOf(label)
  if (encoding === null) {
    throw new UnreadableBody(`its charset ${JSON.stringify(label.slice(0, 100))} is not known; ask for parse "base64"`)
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new UnreadableBody(`its bytes are no text in ${encoding}; ask for parse "base64"`)
  }
}

/**
 * Text as bytes in a charset: UTF-8, UTF-16, and those of one byte a character. Throws an `InvalidArgument` for a
 * character that the charset lacks, and for half of a surrogate pair, which no charset has.
 */
export function encodeText(text: string, label: string): Buffer {
  demandWellFormed(text, 'the body')
  const encoding = encodingOf(label)
  if (encoding === null) throw new InvalidArgument(`the charset ${JSON.stringify(label.slice(0, 100))} is not known`)
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text)
    case 'utf-16le':
      return Buffer.from(text, 'utf16le')
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16()
    default:
      return encodeByTable(text, label, encoding)
  }
}

/** Throws an `InvalidArgument` for text that holds half of a surrogate pair, which would be sent as U+FFFD. */
export function demandWellFormed(text: string, what: string): void {
  if (!text.isWellFormed()) throw new InvalidArgument(`${what} holds half of a surrogate pair, which can't be sent`)
}

/** The label that a byte order mark stands for (WHATWG Encoding, section 6), or null. */
function markOf([first, second, third, fourth]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first !== 0xff || second !== 0xfe) return null
  return third === 0 && fourth === 0 ? 'utf-32' : 'utf-16le'
}

function encodingOf(label: string): string | null {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return null
  }
}

function encodeByTable(text: string, label: string, encoding: string): Buffer {
  const table = tableOf(label, encoding)
  const bytes = Buffer.alloc(text.length)
  let length = 0
  for (const character of text) {
    const byte = table.get(character)
    if (byte === undefined) {
      const shown = JSON.stringify(character)
      throw new InvalidArgument(`${label} has no byte for ${shown}; send UTF-8, or bytes with body_encoding "base64"`)
    }
    bytes[length++] = byte
  }
  return bytes.subarray(0, length)
}

/** Decoders take ISO-8859-1 and ASCII for windows-1252, as browsers do; who sends should not. */
function tableOf(label: string, encoding: string): Map<string, number> {
  const table = new Map<string, number>()
  const size = /ascii|ansi_x3/i.test(label) ? 0x80 : 0x100
  const isLatin1 = encoding === 'windows-1252' && !label.includes('1252')
  const decoder = new TextDecoder(isLatin1 ? 'utf-8' : encoding)
  for (let byte = 0; byte < size; byte++) {
    const character = isLatin1 ? String.fromCharCode(byte) : decoder.decode(Uint8Array.of(byte))
    if (character !== '\ufffd') table.set(character, byte)
  }
  return table
}
