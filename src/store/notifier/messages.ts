/**
 * What replicas tell each other: jobs whose steps were recorded, that are over, to which something was sent, that are
 * watched live, that somebody begins to watch live.
 */
export type NewsKind = (typeof KINDS)[number]
const KINDS = ['moved', 'ended', 'sent', 'watched', 'joined'] as const

/** What stands in a message on the channel. */
export type Content =
  /** A replica began to listen: who else listens says so. */
  | { readonly kind: 'hello' }
  /** A replica listens. */
  | { readonly kind: 'here' }
  | { readonly kind: NewsKind; readonly hashes: readonly number[] }
  /** Something happens in a job that is watched live elsewhere. */
  | { readonly kind: 'live'; readonly text: string }
  /** There is something to claim. */
  | { readonly kind: 'queued' }
  /** More than fits: any job may have moved or ended. */
  | { readonly kind: 'much' }

/** A payload of NOTIFY: which replica says it, and what. */
export type Notification = { readonly from: string; readonly content: Content }

/** 1,400 hashes are 7,472 bytes: Postgres takes less than 8,000. */
const HASHES_A_MESSAGE = 1400
const MAX_MESSAGES = 16

const SENDER = /^([0-9a-f]{8})([a-z]+) ?(.*)$/s

/** What names no jobs, as a payload. `from` is eight hexadecimal digits, those of the sender. */
export function presence(kind: 'hello' | 'here' | 'queued', from: string): string {
  return from + kind
}

/** News as payloads; what would be too many is one that says so. */
export function news(from: string, hashes: Readonly<Record<NewsKind, ReadonlySet<number>>>): string[] {
  const count = KINDS.reduce((sum, kind) => sum + Math.ceil(hashes[kind].size / HASHES_A_MESSAGE), 0)
  if (count > MAX_MESSAGES) return [`${from}much`]
  return KINDS.flatMap((kind) => parts(hashes[kind]).map((part) => `${from}${kind} ${part}`))
}

/** A payload as a message; null for what no version of ours sends. */
export function readMessage(payload: string): Notification | null {
  const [, from, kind, rest = ''] = SENDER.exec(payload) ?? []
  if (from === undefined) return null
  switch (kind) {
    case 'hello':
    case 'here':
    case 'much':
    case 'queued':
      return { from, content: { kind } }
    case 'moved':
    case 'ended':
    case 'sent':
    case 'watched':
    case 'joined':
      return { from, content: { kind, hashes: unpack(rest) } }
    case 'live':
      return { from, content: { kind, text: rest } }
    default:
      return null
  }
}

/** What happens in a job, as a payload. */
export function happening(from: string, text: string): string {
  return `${from}live ${text}`
}

function parts(set: ReadonlySet<number>): string[] {
  const hashes = [...set]
  const texts: string[] = []
  for (let i = 0; i < hashes.length; i += HASHES_A_MESSAGE) texts.push(pack(hashes.slice(i, i + HASHES_A_MESSAGE)))
  return texts
}

function pack(hashes: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(hashes.length * 4)
  hashes.forEach((hash, i) => bytes.writeUInt32LE(hash, i * 4))
  return bytes.toString('base64')
}

function unpack(text: string): number[] {
  const bytes = Buffer.from(text, 'base64')
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readUInt32LE(i * 4))
}

/** FNV-1a over tenant and id, 32 bits: a name that is short enough to be sent. Two jobs may share one. */
export function hashOfJob({ tenant, id }: { readonly tenant: string; readonly id: string }): number {
  return fnv(id, fnv(tenant, 0x811c9dc5)) >>> 0
}

function fnv(text: string, start: number): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
