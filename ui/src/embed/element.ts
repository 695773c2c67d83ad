import type { Job, Step } from '@conduit-jobs/client'
import { followEvents } from '../../../client/src/events.ts'
import { backoff, pause } from '../../../client/src/pause.ts'
import { ConduitProblem } from '../../../client/src/problem.ts'
import { Transport } from '../../../client/src/transport.ts'
import { ElementView, type ShownStep } from './elementView.ts'

const STEPS_SHOWN = 200
/** Of a job that goes on it is asked at most so often what state it is in. */
const BETWEEN_LOOKS_MS = 500
const TROUBLE = {
  away: 'The service does not answer. Trying again …',
  gone: 'This job is not there, or no longer.',
  ended: 'The token does not read this job, or no longer.',
}

type StepsPage = { readonly data: readonly Step[]; readonly next_cursor: string | null }
type Told = { readonly type: string; readonly data: { readonly step?: Step } }

/**
 * `<conduit-job base-url="https://jobs.example.com" job="order-77" token="…">`: one job, live, on any page, read with a
 * token of that job. The page's origin stands in CORS_ORIGINS. Parts to style: `loading`, `header`, `state`, `name`, `error`,
 * `error-step`, `trouble`, `steps`, `step`, `step-name`, `step-status`, `step-progress`, `progress`, `progress-text`, `more`.
 */
class ConduitJob extends HTMLElement {
  static readonly observedAttributes = ['base-url', 'job', 'token']
  readonly #view = new ElementView(this.attachShadow({ mode: 'open' }))
  readonly #steps = new Map<string, ShownStep>()
  #job: Job | null = null
  #isCut = false
  #watching: AbortController | null = null
  #drawing = 0

  connectedCallback(): void {
    this.#restart()
  }

  disconnectedCallback(): void {
    this.#watching?.abort()
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (this.isConnected && before !== after) this.#restart()
  }

  #restart(): void {
    this.#watching?.abort()
    const watching = new AbortController()
    this.#watching = watching
    this.#steps.clear()
    this.#job = null
    this.#draw()
    // Attributes that are set one after the other are one change.
    queueMicrotask(() => void this.#keepWatching(watching.signal))
  }

  /** Until the job is over or can't be read; a service that is away is asked again. */
  async #keepWatching(signal: AbortSignal): Promise<void> {
    const id = this.getAttribute('job')
    for (let failures = 0; id !== null && !signal.aborted; failures++) {
      try {
        const baseUrl = this.getAttribute('base-url') ?? new URL(/* @vite-ignore */ '..', import.meta.url).href
        await this.#watch(new Transport({ baseUrl, retries: 0 }), `/v1/jobs/${encodeURIComponent(id)}`, signal, () => {
          failures = 0
        })
        return
      } catch (error) {
        if (signal.aborted) return
        const trouble = troubleOf(error)
        // What it was is nothing that a job is which is gone.
        if (trouble === TROUBLE.gone) this.#job = null
        this.#draw(trouble)
        if (trouble !== TROUBLE.away) return
        if (failures === 0 && this.#job === null) console.warn(hintOf(error))
        await pause(backoff(failures + 3), signal)
      }
    }
  }

  async #watch(transport: Transport, path: string, signal: AbortSignal, onAnswer: () => void): Promise<void> {
    const token = this.getAttribute('token') ?? undefined
    const look = async (): Promise<void> => {
      const job = await transport.json<Job>('GET', path, { query: { token, steps: false }, signal })
      this.#job = job
      onAnswer()
      this.#draw()
    }
    const readSteps = async (): Promise<void> => {
      const query = { token, limit: STEPS_SHOWN }
      const { data, next_cursor: next } = await transport.json<StepsPage>('GET', `${path}/steps`, { query, signal })
      for (const step of data) this.#steps.set(step.path, step)
      this.#isCut = next !== null
    }
    await readSteps()
    await look()
    if (this.#job?.finished_at !== null) return
    let looked = Promise.resolve()
    let isDue = false
    for await (const event of followEvents(transport, `${path}/events`, { token, live: true, signal })) {
      const { type, data } = event as unknown as Told
      if (data.step !== undefined) this.#tell(data.step)
      this.#draw()
      if (type === 'step.progress' || isDue) continue
      isDue = true
      looked = pause(BETWEEN_LOOKS_MS, signal).then(() => {
        isDue = false
        // The next event asks again, and the end does.
        return look().catch(() => undefined)
      })
    }
    await looked
    if (signal.aborted) return
    await readSteps()
    await look()
  }

  /** How far a step below is stands at the one that is shown. */
  #tell(step: Step): void {
    const own = this.#steps.get(step.path)
    if (own !== undefined) {
      this.#steps.set(step.path, { ...own, ...step })
      return
    }
    const [top = ''] = step.path.split('/', 1)
    const above = this.#steps.get(top)
    if (above === undefined) return
    const { below, ...rest } = above
    const isThis = below === undefined || below.path === step.path || step.progress != null
    if (isThis) this.#steps.set(top, step.finished_at === null ? { ...rest, below: step } : rest)
  }

  /** A burst of events is drawn once. */
  #draw(trouble: string | null = null): void {
    cancelAnimationFrame(this.#drawing)
    this.#drawing = requestAnimationFrame(() =>
      this.#view.draw({
        job: this.#job,
        steps: this.#steps.values(),
        isCut: this.#isCut,
        trouble,
        isAsked: this.hasAttribute('job'),
      }),
    )
  }
}

function troubleOf(error: unknown): string {
  if (!(error instanceof ConduitProblem) || error.status >= 500 || [408, 429].includes(error.status))
    return TROUBLE.away
  return error.status === 404 ? TROUBLE.gone : [401, 403].includes(error.status) ? TROUBLE.ended : error.message
}

/** For who puts the element into a page; a browser does not tell a script why it withheld an answer. */
function hintOf(error: unknown): string {
  return `<conduit-job>: ${String(error)}. Is base-url right, does the service run, and does its CORS_ORIGINS name ${location.origin}?`
}

customElements.define('conduit-job', ConduitJob)
