import type { BlockContext, BlockJob, BlockLog, BlockStep, Progress } from '../block.ts'
import type { StepAborted } from '../errors.ts'
import type { StepPlan } from '../plan/tree.ts'
import type { GivenSecrets } from '../secrets/given.ts'
import { maskedLog } from '../secrets/maskedLog.ts'
import type { JsonObject } from '../values/json.ts'
import { pathIn } from './open.ts'
import type { Sequence } from './state.ts'
import { parseObject } from '../values/parseJson.ts'

/** What a block says of its progress is cut off here. */
const MESSAGE_CHARACTERS = 500

/**
 * What one call of a block gets. Most blocks use little of it, so everything that costs something is made when it is
 * asked for. It keeps the variables it began with: a block that was left behind goes on changing those, not the job's.
 */
export class StepContext implements BlockContext {
  readonly #sequence: Sequence
  readonly #step: StepPlan
  readonly #secrets: GivenSecrets | null
  #variables: JsonObject | undefined
  #controller: AbortController | undefined
  #described: BlockStep | undefined
  #leftBehind = false
  /** Whether the block asked for the variables, so that they may have changed. */
  touchedVariables = false

  constructor(sequence: Sequence, step: StepPlan, secrets: GivenSecrets | null = null) {
    this.#sequence = sequence
    this.#step = step
    this.#secrets = secrets
  }

  get globals(): Readonly<Record<string, unknown>> {
    return this.#sequence.run.context.globals
  }

  get variables(): JsonObject {
    const { variables } = this.#sequence
    this.touchedVariables ||= !this.#leftBehind
    this.#variables ??= this.#leftBehind ? parseObject(variables.text) : variables.own
    return this.#variables
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  /** As `progress`. */
  get now(): () => number {
    const { clock } = this.#sequence.run.context
    return () => clock.now()
  }

  get log(): BlockLog {
    const { log, inputs } = this.#sequence.run.context
    const ofJob = inputs == null ? log : maskedLog(log, inputs)
    return this.#secrets === null ? ofJob : maskedLog(ofJob, this.#secrets)
  }

  get job(): BlockJob {
    return this.#sequence.run.context.job
  }

  /** Blocks take it out of their context: it is made so that it can stand alone. */
  get progress(): (progress: Progress) => void {
    return (progress) => this.#tell(progress)
  }

  #tell({ done, total, message }: Progress): void {
    const { onProgress, inputs } = this.#sequence.run.context
    if (this.#leftBehind || onProgress === undefined || !Number.isFinite(done)) return
    const clean = (text: string): string => inputs?.maskText(text) ?? text
    const said = typeof message === 'string' ? clean(this.#secrets?.maskText(message) ?? message) : message
    onProgress(pathIn(this.#sequence, this.#step.definition.id), {
      done,
      ...(Number.isFinite(total) ? { total: total } : {}),
      ...(typeof said === 'string' ? { message: said.slice(0, MESSAGE_CHARACTERS) } : {}),
    })
  }

  get step(): BlockStep {
    this.#described ??= this.#describe()
    return this.#described
  }

  sendsTo(url: string | URL): void {
    this.#secrets?.admit(new URL(url))
  }

  /** Tells the block to stop. A signal that is asked for only afterwards is aborted from the start. */
  abort(reason: StepAborted): void {
    this.#leftBehind = true
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }

  #describe(): BlockStep {
    const { run } = this.#sequence
    const { id, position, action } = this.#step.definition
    return { id, position, action, idempotencyKey: run.context.idempotencyKey(pathIn(this.#sequence, id), position) }
  }
}
