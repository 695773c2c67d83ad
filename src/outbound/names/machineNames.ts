import type { LookupAddress } from 'node:dns'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** What the machine's own files say about names. */
export type MachineNames = {
  /** The addresses of a name in the hosts file; none: ask the network. */
  readonly hosts: ReadonlyMap<string, readonly LookupAddress[]>
  /** Domains that a short name is tried in, and the number of dots from which on a name is tried as it is first. */
  readonly search: readonly string[]
  readonly ndots: number
}

/** Where a machine keeps them. */
export type NameFiles = { readonly hosts: string; readonly resolv: string }

/** Where this machine keeps them. */
export const NAME_FILES: NameFiles =
  process.platform === 'win32'
    ? { hosts: `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`, resolv: '' }
    : { hosts: '/etc/hosts', resolv: '/etc/resolv.conf' }

/** They seldom change, and a look-up should not cost a file. */
const KEEP_MS = 5000

/** Reads the machine's files, and again when they were read some seconds ago; one that is not there says nothing. */
export function machineNames(files: NameFiles): () => Promise<MachineNames> {
  let known: { readonly until: number; readonly names: Promise<MachineNames> } | null = null
  return () => {
    const now = performance.now()
    if (known === null || known.until < now) known = { until: now + KEEP_MS, names: read(files) }
    return known.names
  }
}

async function read({ hosts, resolv }: NameFiles): Promise<MachineNames> {
  const [hostsText, resolvText] = await Promise.all([readText(hosts), readText(resolv)])
  return { hosts: parseHosts(hostsText), ...parseResolv(resolvText) }
}

/** Containers may have neither file, or not the right to read it. */
function readText(path: string): Promise<string> {
  return path === '' ? Promise.resolve('') : readFile(path, 'utf8').catch(() => '')
}

/** A hosts file (hosts(5)): an address and its names a line. */
export function parseHosts(text: string): Map<string, LookupAddress[]> {
  const hosts = new Map<string, LookupAddress[]>()
  for (const [address = '', ...names] of wordsOf(text)) {
    const family = isIP(address)
    if (family === 0) continue
    for (const name of names) {
      const key = name.toLowerCase()
      hosts.set(key, [...(hosts.get(key) ?? []), { address, family }])
    }
  }
  return hosts
}

/** The search list of resolv.conf(5): of `search` and `domain` the last counts. */
export function parseResolv(text: string): Pick<MachineNames, 'search' | 'ndots'> {
  let search: string[] = []
  let ndots = 1
  for (const [keyword, ...values] of wordsOf(text)) {
    if (keyword === 'search' || keyword === 'domain') search = values.filter((domain) => domain !== '.')
    if (keyword !== 'options') continue
    const option = values.find((value) => /^ndots:\d{1,2}$/.test(value))
    if (option !== undefined) ndots = Number(option.slice('ndots:'.length))
  }
  return { search, ndots }
}

/** The words of each line that has some, without comments. */
function wordsOf(text: string): string[][] {
  const lines = text.split('\n').map((line) => line.replace(/[#;].*/, '').trim())
  return lines.filter((line) => line !== '').map((line) => line.split(/\s+/))
}
