import { LRUCache } from 'lru-cache'
import type { Versions } from '../definitions/versions.ts'
import type { Definition } from '../engine/definition.ts'
import { turns } from '../process/turns.ts'
import type { Database } from '../store/client.ts'
import type { ClaimedMessage } from '../store/messages/claim.ts'
import { readRanges } from '../store/journal/read.ts'
import { isCallback } from '../store/messages/message.ts'
import { readJobsOfMessages, type JobOfMessage } from '../store/messages/read.ts'
import { DatabaseUnavailable } from '../store/postgres/failures.ts'
import { readWebhooks } from '../store/webhooks/read.ts'
import { GONE, type StoredWebhook } from '../store/webhooks/webhook.ts'
import type { Telemetry } from '../telemetry.ts'
import { pathsOf, stepsOf, waitsOf } from '../wire/stored.ts'
import { bodyOf, type MessageSource, type Told } from './bodies.ts'
import { KeptBodies } from './keptBodies.ts'
import { stepKey, waitId } from '../engine/values/stepKey.ts'
import type { WaitRef } from '../secrets/answerLinks.ts'
import { type SecretBox, SecretUnreadable } from '../secrets/box.ts'
import { rowOf } from '../secrets/rows.ts'
import { tenantSecret } from './secrets.ts'
import { CALLBACKS } from './storedCallbacks.ts'

/** A message ready to be signed and sent. */
export type ComposedMessage = {
  readonly kind: 'composed'
  readonly url: string
  readonly secrets: readonly string[]
  /** Shared by all that tell the same. */
  readonly body: Uint8Array
  /** Since when the webhook's attempts have failed; null: they have not. Of callbacks nothing is noted. */
  readonly failingSince: number | null
}

/** What a message is to be turned into, or why there is nothing to send. */
export type Composition =
  | ComposedMessage
  /** Its webhook is switched off. */
  | { readonly kind: 'held' }
  /** Its webhook, or its job, is gone, or its receiver wants nothing more. */
  | { readonly kind: 'gone' }
  /** Its secret can't be opened, or what it is made from can't be read. */
  | { readonly kind: 'unreadable'; readonly reason: string }

/** What the bodies and signatures of messages are made from. */
export type ComposerOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly versions: Versions
  readonly box: SecretBox
  /** The link to a question; null: there are none. */
  readonly answerUrl: (wait: WaitRef) => string | null
  /** What the tenants' own secrets are derived from. */
  readonly callbackRoot: string | Buffer
}

/** Definitions are read once for all messages of a job that come soon after each other; in characters of JSON. */
const DEFINITIONS_SIZE = 16 * 1024 * 1024

type Cached = { readonly nonce: string; readonly definition: Definition }
type Sources = {
  readonly webhooks: ReadonlyMap<string, StoredWebhook>
  readonly jobs: ReadonlyMap<string, MessageSource>
  readonly bodyOf: (message: ClaimedMessage) => Uint8Array | null
}

const UNREADABLE_URL = { kind: 'unreadable', reason: "the stored URL can't be read" } as const

/** Makes messages' bodies from recorded rows, the same at each attempt, and says where they go. */
export class Composer {
  readonly #options: ComposerOptions
  readonly #definitions = new LRUCache<string, Cached>({ maxSize: DEFINITIONS_SIZE })
  readonly #bodies = new KeptBodies()

  constructor(options: ComposerOptions) {
    this.#options = options
  }

  /**
   * One composition a message, in order; three look-ups for all of them. Where something stored can't be read each is made
   * by itself, so that the others are sent.
   */
  async read(messages: readonly ClaimedMessage[]): Promise<Composition[]> {
    try {
      return await this.#readAll(messages)
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error
      if (messages.length === 1) {
        this.#options.telemetry.emit('databaseFailed', { during: 'making a message', error })
        return [{ kind: 'unreadable', reason: "what the message tells of can't be read" }]
      }
      const compositions: Composition[] = []
      for (const message of messages) compositions.push(...(await this.read([message])))
      return compositions
    }
  }

  async #readAll(messages: readonly ClaimedMessage[]): Promise<Composition[]> {
    const { database } = this.#options
    const telling = messages.filter(({ event }) => event !== 'webhook.test')
    const [webhooks, jobs] = await Promise.all([
      readWebhooks(database, distinctWebhooks(messages)),
      telling.length === 0 ? new Map<string, MessageSource>() : this.#readJobs(telling),
    ])
    const told = await this.#readTold(telling, jobs)
    const sources: Sources = {
      webhooks: new Map(webhooks.map((webhook) => [jobKey(webhook), webhook])),
      jobs,
      bodyOf: (message) => this.#bodyOf(message, jobs.get(keyOfJob(message)), told.get(message)),
    }
    const compositions: Composition[] = []
    for (const message of messages) {
      if (!turns.hasTime()) await turns.next(message.tenant)
      compositions.push(this.#compose(message, sources))
    }
    return compositions
  }

  /** The step or the wait that each message tells; for the end of a job the step that explains its failure. */
  async #readTold(
    messages: readonly ClaimedMessage[],
    jobs: ReadonlyMap<string, MessageSource>,
  ): Promise<Map<ClaimedMessage, Told>> {
    const wanted = messages.flatMap((message) => {
      const source = jobs.get(keyOfJob(message))
      const seq = message.event === 'job.finished' ? source?.job.failed_seq : message.seq
      if (source === undefined || seq == null) return []
      const { tenant, jobId: id } = message
      return [{ message, range: { tenant, id, after: seq - 1, upTo: seq, pathAt: pathsOf(source.definition) } }]
    })
    if (wanted.length === 0) return new Map()
    const read = await readRanges(
      this.#options.database,
      wanted.map(({ range }) => range),
      Number.MAX_SAFE_INTEGER,
      'told',
    )
    const told = wanted.map(({ message }, i): readonly [ClaimedMessage, Told] => {
      const entries = read[i] ?? []
      const [wait] = waitsOf(entries)
      const nonce = jobs.get(keyOfJob(message))?.job.nonce
      const asks = nonce !== undefined && wait?.entry.wait.kind === 'ask'
      const id = asks ? waitId(stepKey(nonce, wait.entry.path)) : null
      const { tenant, jobId } = message
      const answerUrl = id === null ? null : this.#options.answerUrl({ tenant, jobId, id })
      return [message, { step: stepsOf(entries)[0], wait, answerUrl }]
    })
    return new Map(told)
  }

  async #readJobs(messages: readonly ClaimedMessage[]): Promise<Map<string, MessageSource>> {
    const wanted = new Map<string, { tenant: string; id: string; ended: boolean }>()
    for (const { tenant, jobId: id, event } of messages) {
      const key = jobKey({ tenant, id })
      const ended = event === 'job.finished' || (wanted.get(key)?.ended ?? false)
      wanted.set(key, { tenant, id, ended })
    }
    const cached = new Map([...wanted.keys()].map((key) => [key, this.#definitions.get(key)]))
    const nonces = [...cached.values()].flatMap((known) => (known === undefined ? [] : [known.nonce]))
    const rows = await readJobsOfMessages(this.#options.database, [...wanted.values()], nonces)
    const told = new Map<string, MessageSource>()
    for (const job of rows) {
      const definition = await this.#definitionOf(job, cached.get(jobKey(job)))
      if (definition !== null) told.set(jobKey(job), { job, definition })
    }
    return told
  }

  async #definitionOf(job: JobOfMessage, cached: Cached | undefined): Promise<Definition | null> {
    const { tenant, nonce, definition: text } = job
    if (text === null) return cached?.nonce === nonce ? cached.definition : null
    const { definition } = await this.#options.versions.read({ tenant, definition: text })
    this.#definitions.set(jobKey(job), { nonce, definition }, { size: text.length })
    return definition
  }

  #bodyOf(message: ClaimedMessage, source: MessageSource | undefined, told: Told | undefined): Uint8Array | null {
    const { event, seq, id } = message
    // The nonce is the job's own: another one under its id has another.
    const key = source === undefined ? id : `${source.job.nonce}\n${event}\n${seq}`
    return this.#bodies.of(key, () => bodyOf(message, source, told))
  }

  #compose(message: ClaimedMessage, sources: Sources): Composition {
    try {
      const { endpoint, tenant } = message
      if (isCallback(endpoint)) return this.#composeCallback(message, sources)
      const webhook = sources.webhooks.get(jobKey({ tenant, id: endpoint }))
      if (webhook === undefined) return { kind: 'gone' }
      if (!webhook.enabled && message.event !== 'webhook.test') {
        return { kind: webhook.disabled_reason === GONE ? 'gone' : 'held' }
      }
      const body = sources.bodyOf(message)
      if (body === null) return { kind: 'gone' }
      const secrets = this.#secretsOf(webhook, message)
      if (!URL.canParse(webhook.url)) return UNREADABLE_URL
      return { kind: 'composed', url: webhook.url, secrets, body, failingSince: webhook.failing_since }
    } catch (error) {
      if (error instanceof SecretUnreadable) return { kind: 'unreadable', reason: error.message }
      throw error
    }
  }

  #composeCallback(message: ClaimedMessage, sources: Sources): Composition {
    const { box, callbackRoot } = this.#options
    const told = sources.jobs.get(jobKey({ tenant: message.tenant, id: message.jobId }))
    const body = sources.bodyOf(message)
    const callbacks = CALLBACKS.read(told?.job.callbacks ?? '{}')
    const callback = callbacks[message.event === 'job.finished' ? 'on_job_finish' : 'on_step_update']
    if (body === null || callback === undefined) return { kind: 'gone' }
    const { url, secret } = callback
    if (!URL.canParse(url)) return UNREADABLE_URL
    const row = rowOf.job(message.tenant, message.jobId)
    const secrets = [secret === null ? tenantSecret(callbackRoot, message.tenant) : box.open(secret, row)]
    return { kind: 'composed', url, secrets, body, failingSince: null }
  }

  /** The one that was rotated out signs along until its time is over. */
  #secretsOf(
    { tenant, id, secret, previous_secret, previous_until }: StoredWebhook,
    { claimedAt }: ClaimedMessage,
  ): string[] {
    const { box } = this.#options
    const both = previous_secret !== null && previous_until !== null && claimedAt < previous_until
    const row = rowOf.webhook(tenant, id)
    return both ? [box.open(secret, row), box.open(previous_secret, row)] : [box.open(secret, row)]
  }
}

function distinctWebhooks(messages: readonly ClaimedMessage[]): { tenant: string; id: string }[] {
  const webhooks = messages.filter(({ endpoint }) => !isCallback(endpoint))
  return [...new Map(webhooks.map(({ tenant, endpoint: id }) => [jobKey({ tenant, id }), { tenant, id }])).values()]
}

function jobKey({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenant}\n${id}`
}

function keyOfJob({ tenant, jobId: id }: ClaimedMessage): string {
  return jobKey({ tenant, id })
}
