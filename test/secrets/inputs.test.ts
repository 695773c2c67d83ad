import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/engine/values/json.ts'
import { createSecretBox } from '../../src/secrets/box.ts'
import { inputsOf, knownInputs, sealInputs } from '../../src/secrets/inputs.ts'
import { rowOf } from '../../src/secrets/rows.ts'
import { FORMS } from './forms.ts'

const TOKEN = 'Zq7"v/9 w+K\\ö?r&=~Xp%3N'
const shown = { token: '***', pin: '***', card: '***', who: 'ada', deep: [{ key: '***' }] }
const values = new Map<string, Json>([
  ['/token', TOKEN],
  ['/pin', 'hush!'],
  ['/card', 4111111111111111],
  ['/deep/0', { key: 'a key of eight', n: 7 }],
])
const inputs = knownInputs(shown, values)

const textsOf = (value: Json): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)])
    : [String(value)]

describe('secret local values', () => {
  test('are known to the run at their places', () => {
    expect(inputs.localValues).toEqual({
      ...{ token: TOKEN, pin: 'hush!', card: 4111111111111111, who: 'ada' },
      deep: [{ key: 'a key of eight', n: 7 }],
    })
  })

  test.each(Object.entries(FORMS))(
    'are masked as %s, and concealed so that only the run finds them again',
    (_name, write) => {
      const value = { [`at ${write(TOKEN)}`]: [`some ${write(TOKEN)} text`, { n: 1 }] }
      const concealed = inputs.conceal(value)
      for (const hidden of [inputs.mask(value), concealed])
        expect(textsOf(hidden).join('\n')).not.toContain(write(TOKEN).slice(-24, -12))
      expect(inputs.reveal(concealed)).toEqual(value)
    },
  )

  test('that are short or numbers are hidden where they are all that stands at a place', () => {
    const value = ['hush!', 'say hush!', 4111111111111111, 'card 4111111111111111', 7]
    expect(inputs.mask(value)).toEqual(['***', 'say hush!', '***', 'card ***', 7])
    expect(inputs.reveal(inputs.conceal(value))).toEqual(value)
  })

  test('are not given for signs that come from outside', () => {
    const [sign] = inputs.conceal([TOKEN]) as string[]
    const forged = [sign as string, `x ${sign}`, '\uE000', '\uE000\uE001', `\uE000${TOKEN}`]
    expect(inputs.reveal(inputs.conceal(forged))).toEqual(forged)
    expect(JSON.stringify(inputs.conceal(forged))).not.toContain('Zq7')
  })

  test('that no key here opens fail the step that names them, and no other', () => {
    const job = { tenant: 't', id: 'j' }
    const sealed = sealInputs(values, rowOf.inputs('t', 'j'), createSecretBox('one key of 32 characters or more'))
    const lost = inputsOf(sealed, job, shown, createSecretBox('another key'))
    expect(lost.localValues['who']).toBe('ada')
    expect(() => lost.localValues['token']).toThrow(/local value token can't be opened.*its id is [0-9a-f]{8}/)
    expect(lost.mask({ a: TOKEN })).toEqual({ a: TOKEN })
  })

  test('open for their own job alone', () => {
    const box = createSecretBox('one key of 32 characters or more')
    const sealed = sealInputs(values, rowOf.inputs('t', 'j'), box)
    const open = (id: string) => inputsOf(sealed, { tenant: 't', id }, shown, box)
    expect(open('j').localValues['token']).toBe(TOKEN)
    expect(() => open('other').localValues['token']).toThrow(/can't be opened/)
  })
})
