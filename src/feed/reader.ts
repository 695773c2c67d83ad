import type { Definition } from '../engine/definition.ts'
import { writtenSteps } from '../engine/plan/written.ts'
import { readingStored } from '../engine/values/unreadable.ts'
import { Batcher } from '../store/batcher.ts'
import type { Database } from '../store/client.ts'
import { type JobHead, readEnds, readHeads, type StoredEnd } from '../store/jobs/events.ts'
import { DatabaseUnavailable } from '../store/postgres/failures.ts'
import { type JournalEntry, readRanges, type Values } from '../store/journal/read.ts'
import { type EventWire, jobFinished, stepUpdated, stepWaiting } from '../wire/event.ts'
import { pathsOf, stepsOf, viewOfStored, waitsOf } from '../wire/stored.ts'
import type { DefinitionCache } from './definitions.ts'

/** What somebody wants to read. */
export type Ask = {
  readonly tenant: string
  readonly id: string
  /** What an earlier page said; null at first. A job of the same id with another nonce is another job. */
  readonly nonce: string | null
  /** The seq behind which to read. */
  readonly after: number
  /** `later`: large values are left out, for an answer that puts them in their places while it is sent. */
  readonly values?: Values
}

/** An event, and its JSON. */
export type FeedEvent = { readonly seq: number; readonly type: EventWire['type']; readonly json: string }

/** Some events of a job, in order, without gap. The same object goes to everybody who asked the same at once. */
export type EventPage = {
  readonly nonce: string
  /** The last seq among the job's steps. */
  readonly recorded: number
  readonly events: readonly FeedEvent[]
  /** The job is over, and nothing comes after these. */
  readonly ended: boolean
  /** There is more already. */
  readonly more: boolean
}

/** So many events of one job at once, or so many bytes as they lie in the table. */
const PAGE_EVENTS = 100
const PAGE_BYTES = 64 * 1024

/** Postgres's largest int. */
const MAX_SEQ = 2147483647

/** So many who ask are answered by one query. */
const MAX_ASKED = 256

/** Reads the events of jobs: all who ask in one moment are answered together, and those who ask the same share it. */
export class EventReader {
  readonly #database: Database
  readonly #values: Values
  readonly #definitions: DefinitionCache
  readonly #together: Batcher<Ask, EventPage | null>
  /** What is asked and not yet on its way to the database. */
  readonly #asked = new Map<string, Promise<EventPage | null>>()

  constructor(database: Database, definitions: DefinitionCache, values: Values) {
    this.#database = database
    this.#definitions = definitions
    this.#values = values
    this.#together = new Batcher({
      flush: (asked) => this.#answer(asked),
      maxItems: MAX_ASKED,
      maxBytes: Number.POSITIVE_INFINITY,
      bytesOf: () => 0,
      // What is stored of one job can't be read: that is no reason why those who ask for others get nothing.
      isDataError: (error) => !(error instanceof DatabaseUnavailable),
    })
  }

  /** The next events of a job; null where there is no such job, or no longer. Fails where the database is away. */
  read(ask: Ask): Promise<EventPage | null> {
    const key = keyOf(ask)
    const asked = this.#asked.get(key) ?? this.#together.submit(ask)
    this.#asked.set(key, asked)
    return asked
  }

  close(): Promise<void> {
    return this.#together.close()
  }

  /** Heads first: whatever they say is recorded is then among the rows. Who asks from now on is answered by the next query. */
  async #answer(asked: readonly Ask[]): Promise<(EventPage | null)[]> {
    for (const ask of asked) this.#asked.delete(keyOf(ask))
    const known = asked.map(({ nonce }) => (nonce === null ? undefined : this.#definitions.get(nonce)))
    const heads = await readHeads(
      this.#database,
      asked.map((ask, i) => ({ ...ask, withDefinition: known[i] === undefined })),
    )
    const all = await Promise.all(asked.map((ask, i) => this.#found(ask, heads[i], known[i])))
    const found = all.filter((one) => one !== null)
    const entries = await readRanges(
      this.#database,
      found.map(({ ask, definition }) => ({
        ...ask,
        upTo: Math.min(ask.after + PAGE_EVENTS, MAX_SEQ),
        pathAt: pathsOf(definition),
      })),
      PAGE_BYTES,
      this.#values,
    )
    const parts = found.map((one, i) => ({ ...one, entries: entries[i] ?? [] }))
    const endOf = await this.#readEnds(parts.filter(isAtEnd))
    const pageOf = new Map(parts.map((part) => [part.ask, readingStored(() => makePage(part, endOf.get(part.ask)))]))
    return asked.map((ask) => pageOf.get(ask) ?? null)
  }

  /** How jobs ended, with the steps that explain their failures. */
  async #readEnds(ending: readonly Part[]): Promise<Map<Ask, JobEnd>> {
    if (ending.length === 0) return new Map()
    const ends = await readEnds(
      this.#database,
      ending.map(({ ask }) => ask),
    )
    const over = ending.flatMap(({ ask, definition }, i) =>
      ends[i] === undefined ? [] : [{ ask, definition, end: ends[i] }],
    )
    const failing = over.flatMap(({ ask, definition, end: { failed_seq: seq } }) =>
      seq === null ? [] : [{ ask, range: { ...ask, after: seq - 1, upTo: seq, pathAt: pathsOf(definition) } }],
    )
    const failed =
      failing.length === 0
        ? []
        : await readRanges(
            this.#database,
            failing.map(({ range }) => range),
            PAGE_BYTES,
            'whole',
          )
    const failedOf = new Map(failing.map(({ ask }, i) => [ask, stepsOf(failed[i] ?? [])[0]]))
    return new Map(over.map(({ ask, end }) => [ask, { end, failed: failedOf.get(ask) ?? null }]))
  }

  async #found(ask: Ask, head: JobHead | undefined, known: Definition | undefined): Promise<Found | null> {
    if (head === undefined || (ask.nonce !== null && ask.nonce !== head.nonce)) return null
    const { nonce, definition: text } = head
    const definition = text === null ? known : await this.#definitions.add(nonce, { ...ask, definition: text })
    return definition === undefined ? null : { ask, head, definition }
  }
}

function keyOf({ tenant, id, nonce, after }: Ask): string {
  return `${tenant}\n${id}\n${nonce}\n${after}`
}

type Found = { readonly ask: Ask; readonly head: JobHead; readonly definition: Definition }
type Part = Found & { readonly entries: readonly JournalEntry[] }
type JobEnd = { readonly end: StoredEnd; readonly failed: ReturnType<typeof stepsOf>[number] | null }

/** Whether the next event is the end. */
function isAtEnd({ ask, head, entries }: Part): boolean {
  return head.over && Math.max(ask.after, entries.at(-1)?.seq ?? 0) === head.recorded
}

function makePage({ ask, head, definition, entries }: Part, end: JobEnd | undefined): EventPage {
  const job = { id: ask.id, name: definition.name }
  const written = writtenSteps(definition)
  const steps = stepsOf(entries).flatMap((entry) => {
    const step = written[entry.written]
    return step === undefined ? [] : [stepUpdated(job, step, entry)]
  })
  const waits = waitsOf(entries).flatMap((told) => {
    const step = written[told.entry.written]
    return step === undefined ? [] : [stepWaiting(job, step, told)]
  })
  const told = waits.length === 0 ? steps : [...steps, ...waits].sort((a, b) => a.seq - b.seq)
  const events = told.map(eventOf)
  if (end !== undefined) events.push(eventOf(endEvent(end, definition)))
  const last = end === undefined ? (entries.at(-1)?.seq ?? ask.after) : head.recorded + 1
  return {
    nonce: head.nonce,
    recorded: head.recorded,
    events,
    ended: head.over && last > head.recorded,
    more: last < head.recorded,
  }
}

function endEvent({ end, failed }: JobEnd, definition: Definition): EventWire {
  const view = { ...viewOfStored(end, definition), finishedAt: end.finished_at }
  return jobFinished(view, end.recorded, failed)
}

function eventOf(event: EventWire): FeedEvent {
  return { seq: event.seq, type: event.type, json: JSON.stringify(event) }
}
