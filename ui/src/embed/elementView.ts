import type { Job, Step } from '@conduit-jobs/client'

const STYLE = `
:host { display: block; color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; color: light-dark(#1a212a, #e4e9ef); }
header { display: flex; gap: 8px; align-items: baseline; margin-bottom: 8px; }
strong { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
strong, li > :first-child { overflow-wrap: anywhere; min-width: 0; }
li > :first-child { flex: 1 1 0; }
.state { padding: 0 8px; border-radius: 99px; background: light-dark(#e9edf1, #232c35); font-size: 12.5px; line-height: 20px; white-space: nowrap; }
.succeeded, .DONE { background: light-dark(#e2f5e8, #11291b); color: light-dark(#116b33, #71d693); }
.failed, .bad { background: light-dark(#fdebed, #341a1d); color: light-dark(#ab1530, #ff9a9a); }
.running, .waiting { background: light-dark(#e4effd, #13263d); color: light-dark(#0a53b8, #8fc3ff); }
p { margin: 0 0 8px; overflow-wrap: anywhere; }
.error { max-height: 160px; overflow-y: auto; white-space: pre-wrap; color: light-dark(#ab1530, #ff9a9a); }
ol { margin: 0; padding: 0; list-style: none; }
li { display: flex; flex-wrap: wrap; gap: 0 8px; align-items: baseline; justify-content: space-between; padding: 4px 0; border-top: 1px solid light-dark(#dde2e8, #2a333e); }
.how-far { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: 0 8px; align-items: center; font-size: 12.5px; overflow-wrap: anywhere; }
progress { flex: 1; min-width: 6em; accent-color: light-dark(#0a53b8, #8fc3ff); }
`
/** Skipped, passed over, caught, stopped. */
const NO_FAILURES: ReadonlySet<number> = new Set([100, 110, 113, 114])

/** A step with the progress that its block, or one below it, told last. */
export type ShownStep = Step & { readonly below?: Step }
export type Shown = {
  readonly job: Job | null
  readonly steps: Iterable<ShownStep>
  /** Whether there are more steps than these. */
  readonly isCut: boolean
  /** Whether a job is named, which may not be there yet. */
  readonly isAsked: boolean
  /** What keeps the job from being shown as it is now. */
  readonly trouble: string | null
}

/** What stands in the element's shadow. */
export class ElementView {
  readonly #root: ShadowRoot
  readonly #state = element('span', 'state')
  readonly #name = element('strong', 'name')
  readonly #trouble = element('p', 'trouble')

  constructor(root: ShadowRoot) {
    this.#root = root
    const style = new CSSStyleSheet()
    style.replaceSync(STYLE)
    root.adoptedStyleSheets = [style]
    // Told to who can't see that it changes; what stays is not told again.
    for (const told of [this.#state, this.#trouble]) told.role = 'status'
  }

  draw({ job, steps, isCut, trouble, isAsked }: Shown): void {
    write(this.#trouble, trouble ?? '')
    const shown: HTMLElement[] = []
    if (job !== null) {
      write(this.#state, job.state)
      this.#state.className = `state ${job.state}`
      write(this.#name, job.name ?? job.id)
      const header = element('header', 'header')
      header.append(this.#state, this.#name)
      shown.push(header)
      const { error } = job
      if (error !== null) {
        // The step's name keeps its direction to itself.
        const said = element('p', 'error', '', 'error')
        said.append(element('bdi', 'error-step', error.step), `: ${error.message ?? error.type ?? error.status}`)
        shown.push(said)
      }
    }
    if (trouble !== null) shown.push(this.#trouble)
    else if (job === null && isAsked) shown.push(element('p', 'loading', 'Loading …'))
    if (job !== null) {
      const list = element('ol', 'steps')
      for (const step of steps) list.append(lineOf(step))
      if (isCut) list.append(element('li', 'more', '…'))
      shown.push(list)
    }
    this.#root.replaceChildren(...shown)
  }
}

function lineOf(step: ShownStep): HTMLElement {
  const line = element('li', 'step')
  const { value } = step.status
  const name = stateOf(step)
  const tone = value >= 100 && !NO_FAILURES.has(value) ? 'bad' : name
  line.append(
    element('span', 'step-name', step.title ?? step.path),
    element('span', 'step-status', name, `state ${tone}`),
  )
  const far = step.progress == null ? step.below : step
  if (far?.progress != null && step.finished_at === null) line.append(howFar(far.path, far.progress))
  return line
}

/** What a step is at in a word: the name of its status, or that it runs or waits. */
function stateOf({ waiting, started_at: start, finished_at: end, status }: Step): string {
  if (waiting != null) return 'waiting'
  return start !== null && end === null && status.value < 0 ? 'running' : status.name
}

function howFar(path: string, { done, total, message }: NonNullable<Step['progress']>): HTMLElement {
  const line = element('div', 'step-progress', '', 'how-far')
  const bar = document.createElement('progress')
  bar.part.add('progress')
  bar.ariaLabel = path
  if (total != null) {
    bar.max = total
    bar.value = done
  }
  line.append(bar, element('span', 'progress-text', [total == null ? done : `${done} / ${total}`, message].join(' ')))
  return line
}

/** An element that can be styled from outside; its text is text, in whatever direction it is read. */
function element(tag: string, part: string, text = '', className = ''): HTMLElement {
  const made = document.createElement(tag)
  made.part.add(part)
  if (className !== '') made.className = className
  if (text !== '') made.dir = 'auto'
  made.textContent = text
  return made
}

function write(to: HTMLElement, text: string): void {
  if (to.textContent === text) return
  to.dir = 'auto'
  to.textContent = text
}
