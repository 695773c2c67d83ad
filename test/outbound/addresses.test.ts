import { describe, expect, test } from 'vitest'
import { isPublicAddress, judgeUrl } from '../../src/outbound/addresses.ts'
import { AddressRefused, InvalidUrl } from '../../src/outbound/errors.ts'
import { LOCAL_HOSTS, SPECIAL_ADDRESSES } from './hosts.ts'

const PUBLIC_ADDRESSES = [
  '1.1.1.1',
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '168.63.129.15',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:831::200e',
  '2001:4860:4860::8888',
]

const NO_ADDRESSES = [
  '',
  'localhost',
  '127.1',
  '0x7f.0.0.1',
  '2130706433',
  '1.2.3.4.5',
  '[::1]',
  '2606:4700::1%eth0',
  ' 1.1.1.1',
]

describe('isPublicAddress', () => {
  test.each(PUBLIC_ADDRESSES)('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  test.each(SPECIAL_ADDRESSES)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test.each(NO_ADDRESSES)('%j, which is no plain address, is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('judgeUrl', () => {
  test.each(LOCAL_HOSTS)('refuses the host %s', (host) => {
    for (const scheme of ['http', 'https']) {
      expect(() => judgeUrl(`${scheme}://${host}/`, { allowPrivate: false })).toThrow(AddressRefused)
      expect(() => judgeUrl(`${scheme}://${host}:8080/hook?x=1`, { allowPrivate: false })).toThrow(AddressRefused)
    }
  })

  test.each(LOCAL_HOSTS)('lets the host %s pass where private addresses are allowed', (host) => {
    expect(judgeUrl(`http://${host}/`, { allowPrivate: true })).toBeInstanceOf(URL)
  })

  test.each(SPECIAL_ADDRESSES.filter((address) => !address.includes('%')))('refuses the address %s', (address) => {
    const host = address.includes(':') ? `[${address}]` : address
    expect(() => judgeUrl(`http://${host}/`, { allowPrivate: false })).toThrow(AddressRefused)
  })

  test.each([
    'http:127.0.0.1',
    'http:///127.0.0.1/',
    'http:\\\\127.0.0.1\\',
    'http://@127.0.0.1/',
    'HTTP://LOCALHOST/',
  ])('sees through %s', (url) => {
    expect(() => judgeUrl(url, { allowPrivate: false })).toThrow(AddressRefused)
  })

  test.each([
    'https://example.com/',
    'http://example.com:8080/a?b=c#d',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://localhost.example.com/',
    'https://notlocalhost/',
    'https://127.0.0.1.nip.io/',
    `https://example.com/${'a'.repeat(2028)}`,
  ])('lets %s pass: names are judged when they are resolved', (url) => {
    expect(judgeUrl(url, { allowPrivate: false })).toEqual(new URL(url))
  })

  test.each([
    ['', 'INVALID_URL'],
    ['/hook', 'INVALID_URL'],
    ['example.com', 'INVALID_URL'],
    ['http://', 'INVALID_URL'],
    ['http://[fe80::1%25eth0]/', 'INVALID_URL'],
    ['http://1.2.3.4.5/', 'INVALID_URL'],
    ['http://256.1.1.1/', 'INVALID_URL'],
    ['http://a:99999/', 'INVALID_URL'],
    ['ftp://example.com/', 'INVALID_URL'],
    ['file:///etc/passwd', 'INVALID_URL'],
    ['gopher://example.com/', 'INVALID_URL'],
    ['unix:/var/run/docker.sock', 'INVALID_URL'],
    ['data:text/plain,x', 'INVALID_URL'],
    ['javascript:alert(1)', 'INVALID_URL'],
    ['https://user@example.com/', 'INVALID_URL'],
    ['https://user:secret@example.com/', 'INVALID_URL'],
    ['https://:secret@example.com/', 'INVALID_URL'],
    ['https://example.com/\r\nx: y', 'INVALID_URL'],
    ['https://exam\tple.com/', 'INVALID_URL'],
    ['https://example.com/\u0000', 'INVALID_URL'],
    [`https://example.com/${'a'.repeat(2029)}`, 'INVALID_URL'],
  ])('refuses %j as %s', (url, code) => {
    for (const allowPrivate of [false, true]) {
      expect(() => judgeUrl(url, { allowPrivate })).toThrow(InvalidUrl)
      expect(() => judgeUrl(url, { allowPrivate })).toThrow(expect.objectContaining({ code }))
    }
  })
})
