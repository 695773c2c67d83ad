import type { LookupAddress, LookupOptions } from 'node:dns'
import { describe, expect, test } from 'vitest'
import { AddressRefused } from '../../../src/outbound/errors.ts'
import { guardedLookup } from '../../../src/outbound/names/guardedLookup.ts'
import type { Resolve } from '../../../src/outbound/names/resolve.ts'
import { SPECIAL_ADDRESSES } from '../hosts.ts'

const PUBLIC: LookupAddress = { address: '93.184.216.34', family: 4 }
const PUBLIC_6: LookupAddress = { address: '2606:4700:4700::1111', family: 6 }

function at(address: string): LookupAddress {
  return { address, family: address.includes(':') ? 6 : 4 }
}

/** Looks up a name through a resolver, and gives what a socket would be given. */
function lookUp(
  resolve: Resolve,
  { allowPrivate = false, ...options }: LookupOptions & { allowPrivate?: boolean } = {},
) {
  return new Promise((done, fail) => {
    guardedLookup(resolve, allowPrivate)('example.test', options, (error, address, family) =>
      error ? fail(error) : done(options.all ? address : { address, family }),
    )
  })
}

describe('guardedLookup', () => {
  test('hands on all answers that were judged, or the first', async () => {
    const resolve: Resolve = async () => [PUBLIC_6, PUBLIC]
    expect(await lookUp(resolve, { all: true })).toEqual([PUBLIC_6, PUBLIC])
    expect(await lookUp(resolve)).toEqual(PUBLIC_6)
  })

  test.each(SPECIAL_ADDRESSES)('refuses a name that resolves to %s', async (address) => {
    await expect(lookUp(async () => [at(address)], { all: true })).rejects.toThrow(AddressRefused)
  })

  test.each(SPECIAL_ADDRESSES)('refuses a name of which one answer is %s', async (address) => {
    await expect(lookUp(async () => [PUBLIC, at(address)], { all: true })).rejects.toThrow(AddressRefused)
    await expect(lookUp(async () => [PUBLIC, at(address)])).rejects.toThrow(AddressRefused)
  })

  test('tells nobody which private address a name has', async () => {
    const error = await lookUp(async () => [at('10.1.2.3')]).catch((reason: unknown) => reason)
    expect(JSON.stringify(error) + String(error)).not.toContain('10.1.2.3')
  })

  test('asks once, so that what the name says next makes no difference', async () => {
    const answers = [PUBLIC, at('127.0.0.1')]
    const resolve: Resolve = async () => answers.splice(0, 1)
    expect(await lookUp(resolve, { all: true })).toEqual([PUBLIC])
    expect(answers).toEqual([at('127.0.0.1')])
    await expect(lookUp(resolve, { all: true })).rejects.toThrow(AddressRefused)
  })

  test('fails as the resolver fails, and where there is no answer', async () => {
    const failure = Object.assign(new Error('no'), { code: 'EAI_AGAIN' })
    await expect(lookUp(() => Promise.reject(failure))).rejects.toBe(failure)
    await expect(lookUp(async () => [])).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  test('hands on private addresses where they are allowed', async () => {
    expect(await lookUp(async () => [at('127.0.0.1')], { allowPrivate: true })).toEqual(at('127.0.0.1'))
  })
})
