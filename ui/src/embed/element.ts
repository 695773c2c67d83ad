import { type Client, createClient, type Job, type Step } from '@conduit-jobs/client'

const STYLE = `
:host { display: block; color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; color: light-dark(#1a212a, #e4e9ef); }
header { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 8px; }
strong { overflow-wrap: anywhere; }
.state { padding: 0 8px; border-radius: 99px; background: light-dark(#e9edf1, #232c35); font-size: 12.5px; line-height: 20px; white-space: nowrap; }
.succeeded, .DONE { background: light-dark(#e2f5e8, #11291b); color: light-dark(#116b33, #71d693); }
.failed, .bad { background: light-dark(#fdebed, #341a1d); color: light-dark(#ab1530, #ff9a9a); }
.running, .waiting { background: light-dark(#e4effd, #13263d); color: light-dark(#0a53b8, #8fc3ff); }
p { margin: 0 0 8px; color: light-dark(#ab1530, #ff9a9a); overflow-wrap: anywhere; }
ol { margin: 0; padding: 0; list-style: none; }
li { display: flex; gap: 8px; justify-content: space-between; padding: 4px 0; border-top: 1px solid light-dark(#dde2e8, #2a333e); }
li span:first-child { overflow-wrap: anywhere; min-width: 0; }
`
const STEPS_SHOWN = 200
/** Skipped, passed over, caught, stopped. */
const NO_FAILURES: ReadonlySet<number> = new Set([100, 110, 113, 114])

/**
 * `<conduit-job base-url="https://jobs.example.com" job="order-77" token="…">`: one job, live, on any page, read with a
 * token of that job. The page's origin stands in CORS_ORIGINS. Parts to style: `state`, `name`, `error`, `steps`, `step`.
 */
class ConduitJob extends HTMLElement {
  static readonly observedAttributes = ['base-url', 'job', 'token']
  readonly #root = this.attachShadow({ mode: 'open' })
  readonly #steps = new Map<string, Step>()
  #watching: AbortController | null = null

  connectedCallback(): void {
    const style = new CSSStyleSheet()
    style.replaceSync(STYLE)
    this.#root.adoptedStyleSheets = [style]
    this.#restart()
  }

  disconnectedCallback(): void {
    this.#watching?.abort()
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#restart()
  }

  #restart(): void {
    this.#watching?.abort()
    this.#watching = new AbortController()
    this.#steps.clear()
    const id = this.getAttribute('job')
    if (id === null) return
    const client = createClient({
      baseUrl: this.getAttribute('base-url') ?? new URL(/* @vite-ignore */ '..', import.meta.url).href,
    })
    this.#watch(client, id, this.#watching.signal).catch((error: unknown) => {
      if (this.#watching?.signal.aborted !== true) this.#fail(error)
    })
  }

  async #watch(client: Client, id: string, signal: AbortSignal): Promise<void> {
    const token = this.getAttribute('token') ?? undefined
    const path = `/v1/jobs/${encodeURIComponent(id)}`
    const read = async (): Promise<Job> => {
      const job = await client.request<Job>('GET', path, { query: { token }, signal })
      for (const step of job.steps ?? []) this.#steps.set(step.path, step)
      this.#draw(job)
      return job
    }
    const job = await read()
    if (job.finished_at !== null) return
    for await (const event of client.jobs.events(id, { token, signal })) {
      if (event.type === 'step.updated') this.#steps.set(event.data.step.path, event.data.step)
      this.#draw({ ...job, state: 'running' })
    }
    if (!signal.aborted) await read()
  }

  #draw(job: Job): void {
    const header = element('header', 'header')
    header.append(
      element('span', 'state', job.state, `state ${job.state}`),
      element('strong', 'name', job.name ?? job.id),
    )
    const failed = job.failed_step === null ? undefined : this.#steps.get(job.failed_step)
    const said = (failed?.return_value as { message?: string } | null | undefined)?.message
    const list = element('ol', 'steps')
    for (const step of [...this.#steps.values()].slice(0, STEPS_SHOWN)) {
      const line = element('li', 'step')
      const { name, value } = step.status
      const tone = value >= 100 && !NO_FAILURES.has(value) ? 'bad' : name
      line.append(element('span', 'step-name', step.path), element('span', 'step-status', name, `state ${tone}`))
      list.append(line)
    }
    this.#root.replaceChildren(
      header,
      ...(failed === undefined ? [] : [element('p', 'error', `${failed.path}: ${said ?? failed.status.name}`)]),
      list,
    )
  }

  #fail(error: unknown): void {
    this.#root.replaceChildren(element('p', 'error', error instanceof Error ? error.message : String(error)))
  }
}

/** An element that can be styled from outside; its text is text. */
function element(tag: string, part: string, text = '', className = ''): HTMLElement {
  const made = document.createElement(tag)
  made.part.add(part)
  made.className = className
  made.textContent = text
  return made
}

customElements.define('conduit-job', ConduitJob)
