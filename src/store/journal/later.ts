import { randomBytes } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A step's return value that stays where it is stored until the answer that shows it is sent. */
export type LaterValue = {
  readonly id: string
  /** Tells the job from another of the same id. */
  readonly nonce: string
  /** The row of its journal. */
  readonly number: number
  /** Of its JSON. */
  readonly bytes: number
}

/** From so many bytes of JSON on a value is left where it is. */
export const LATER_BYTES = 2048

/** Larger return values and outputs are not told in messages (docs/events.md). In bytes of JSON. */
export const MAX_TOLD_BYTES = 64 * 1024

/** Nobody outside knows it, so no value is taken for one that is left out. */
const MARK = `~${randomBytes(24).toString('base64url')}`
const LATER = new RegExp(`"${MARK}:([^:"]+):([^:"]+):(\\d+):(\\d+)"`)

/** The text that stands for a value in what is made into an answer. */
export function laterText({ id, nonce, number, bytes }: LaterValue): string {
  return [MARK, id, nonce, number, bytes].join(':')
}

/** Whether a value is what stands for one that was left out. */
export function isLater(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(MARK)
}

/** JSON text in parts, with the values that were left out in their places; null: none was. */
export function partsOf(text: string): (string | LaterValue)[] | null {
  if (!text.includes(MARK)) return null
  // Each match gives the text before it and its four groups.
  const found = text.split(LATER)
  const parts: (string | LaterValue)[] = []
  for (let i = 0; i < found.length; i += 5) {
    const [before = '', id, nonce, number, bytes] = found.slice(i, i + 5)
    parts.push(before)
    if (id !== undefined && nonce !== undefined) parts.push({ id, nonce, number: Number(number), bytes: Number(bytes) })
  }
  return parts
}

/** Values of one job, by primary key. Not by `->`, which looks into texts: a NUL may stand there. */
const VALUES = statement({
  name: 'later-values',
  text: `
select r.number, v.item::text as value
from job j join journal r on r.job_id = j.id and r.tenant = j.tenant and r.number = any($4::int[]),
json_array_elements(r.entries) e(entry), json_array_elements(e.entry) with ordinality as v(item, i)
where j.id = $1 and j.tenant = $2 and j.nonce = $3::uuid and v.i = 8`,
})

/** The JSON of values of one job by their rows; those that are gone are not in it. */
export async function readLater(
  database: Database,
  tenant: string,
  { id, nonce }: Pick<LaterValue, 'id' | 'nonce'>,
  numbers: readonly number[],
): Promise<Map<number, string>> {
  const rows = await database.query<{ number: number; value: string }>(VALUES, [id, tenant, nonce, numbers])
  return new Map(rows.map(({ number, value }) => [number, value]))
}
