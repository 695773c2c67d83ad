import { describe, expect, test } from 'vitest'
import { errorValue, InvalidArgument } from '../../src/engine/errors.ts'

class OutOfPaper extends Error {}
class Jammed extends TypeError {
  override readonly name = 'PaperJam'
}
const withName = (name: unknown) => Object.assign(new Error('x'), { name })

describe('a failed step’s return value', () => {
  test.each([
    ['its class, though that sets no name', new OutOfPaper('x'), 'OutOfPaper'],
    ['the name that its class sets', new Jammed('x'), 'PaperJam'],
    ['the name that it was given', withName('AbortError'), 'AbortError'],
    ['Error for a name that is none', withName(5), 'Error'],
    ['the language’s own classes', new RangeError('x'), 'RangeError'],
    ['the engine’s own classes', new InvalidArgument('x'), 'InvalidArgument'],
    ['Error for an object that only has a message', { message: 'x' }, 'Error'],
    ['Error for a text', 'x', 'Error'],
  ])('names %s', (_, thrown, type) => {
    expect(errorValue(thrown)).toEqual({ type, message: 'x' })
  })

  test('has a message of at most 4 KiB, cut between characters', () => {
    const { message } = errorValue(new Error('é'.repeat(5000)))
    expect([Buffer.byteLength(message), message.at(-1)]).toEqual([4096, 'é'])
  })
})
