import type { ParentRef } from '../../engine/definition.ts'
import { deliver } from '../../engine/run/run.ts'
import { openWaits } from '../../engine/run/time.ts'
import type { SecretInputs } from '../../engine/secrets/inputs.ts'
import type { Json, JsonObject } from '../../engine/values/json.ts'
import type { Database } from '../../store/client.ts'
import { findMade, forgetChild, type MadeChild, type ToldParent } from '../../store/jobs/children.ts'
import type { Telemetry } from '../../telemetry.ts'
import { MAX_JOBS_IN_LINE, tooDeep } from '../../wire/childFailure.ts'
import type { ActiveRun } from '../run/activeRun.ts'
import { leaveFor } from '../run/leaving.ts'
import { Teller } from './teller.ts'

/** A child job that is to be made. */
export type ChildOrder = {
  readonly tenant: string
  readonly id: string
  /** What a client would post. */
  readonly job: JsonObject
  readonly parent: ParentRef
  /** Under which the parent is held. */
  readonly fence: string
  /** The tags of the parent: a child may ask for no others. */
  readonly tags: readonly string[]
  /** Takes the parent's secret local values out of a value; null: it has none. */
  readonly mask: SecretInputs['mask'] | null
}

/** What became of it. */
export type ChildMade =
  | { readonly kind: 'made' | 'id-taken' }
  /** It can't be made: its step fails with this. */
  | { readonly kind: 'refused'; readonly error: Json }
  /** There is no room now. */
  | { readonly kind: 'crowded' }

/** Makes a child job by the rules for whoever posts one. Throws where the database is away. */
export type MakeChild = (order: ChildOrder) => Promise<ChildMade>

/** How children are stopped, and who is told of their ends. */
export type ChildrenDeps = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly cancel: (tenant: string, id: string, actor: string) => Promise<unknown>
  /** A parent has the end of a child: whoever runs it is to take it, or somebody is to claim it. */
  readonly onTold: (parent: ToldParent) => void
}

/**
 * Makes the child jobs of runs, and cancels them. The end of one comes to the run as a message; that it can't be made does
 * too. Beside the run: several may be made at once, and until they are the run is not suspended, so that it never waits for
 * what nobody makes.
 */
export class ChildJobs {
  readonly #deps: ChildrenDeps
  readonly #teller: Teller
  readonly #maker = Promise.withResolvers<MakeChild>()
  /** What there was of a run's children when it went on here. */
  readonly #found = new WeakMap<ActiveRun, Promise<ReadonlyMap<string, MadeChild>>>()

  constructor(deps: ChildrenDeps) {
    this.#deps = deps
    this.#teller = new Teller({ ...deps, onOrphan: (orphan) => this.drop(orphan) })
  }

  /** Says how children are made: who knows that stands on the executor. */
  makeBy(make: MakeChild): void {
    this.#maker.resolve(make)
  }

  /** A child is over: its parent is to be told. */
  tell(): void {
    this.#teller.look()
  }

  stop(): Promise<void> {
    return this.#teller.stop()
  }

  /** Makes a child, unless it is there. */
  submit(active: ActiveRun, { path, id, job }: { path: string; id: string; job: JsonObject }): void {
    active.making++
    this.#make(active, path, id, job)
      .catch((error: unknown) => {
        this.#deps.telemetry.emit('databaseFailed', { during: 'making a child job', error })
        leaveFor(active, 'crowded')
      })
      .finally(() => {
        active.making--
        active.run.wake?.()
      })
  }

  /** Nobody waits for a child any more. It is cancelled before it is on record that its step is over. */
  async cancel({ tenant, id: parent }: ActiveRun, id: string): Promise<void> {
    const [child] = await findMade(this.#deps.database, tenant, [id])
    if (child?.parent !== parent) return
    await this.drop({ tenant, id, parent })
  }

  /** Cancels a child whose end nobody waits for. */
  async drop({ tenant, id, parent }: { tenant: string; id: string; parent: string }): Promise<void> {
    const { cancel, database } = this.#deps
    await cancel(tenant, id, `job ${parent}`)
    await forgetChild(database, { tenant, id, parent })
  }

  async #make(active: ActiveRun, path: string, id: string, job: JsonObject): Promise<void> {
    const { tenant, plan, fence } = active
    const parent = { jobId: active.id, step: path, depth: (plan.definition.parent?.depth ?? 0) + 1 }
    if (parent.depth >= MAX_JOBS_IN_LINE) return refuse(active, id, tooDeep(active.id))
    const known = (await this.#foundOf(active)).get(id)
    if (known !== undefined) return judge(active, id, known, path)
    const mask = active.run.context.inputs?.mask ?? null
    if (mask !== null && mask(id) !== id)
      return refuse(active, id, { type: 'InvalidArgument', message: 'an id must not hold a secret' })
    const make = await this.#maker.promise
    const made = await make({ tenant, id, job, parent, fence, tags: plan.definition.tags, mask })
    if (made.kind === 'refused') refuse(active, id, made.error)
    else if (made.kind === 'crowded') leaveFor(active, 'crowded')
    else if (made.kind === 'id-taken') {
      const [other] = await findMade(this.#deps.database, tenant, [id])
      // Nobody has the id: the parent is held by another now, which makes the child itself.
      if (other !== undefined) judge(active, id, other, path)
    }
  }

  /** One look for all that a run waits for when it goes on; what begins to wait later can't be there. */
  #foundOf(active: ActiveRun): Promise<ReadonlyMap<string, MadeChild>> {
    const known = this.#found.get(active)
    if (known !== undefined) return known
    const ids = openWaits(active.run).flatMap(({ wait }) => (wait.kind === 'job' ? wait.id : []))
    const found = findMade(this.#deps.database, active.tenant, ids).then(
      (children) => new Map(children.map((child) => [child.id, child])),
    )
    this.#found.set(active, found)
    return found
  }
}

/** A job that is there already: the child itself, or one that only has its id. */
function judge(active: ActiveRun, id: string, { parent, parent_step: step }: MadeChild, path: string): void {
  if (parent === active.id && step === path) return
  refuse(active, id, { type: 'JobExists', message: 'there is another job with this id' })
}

/** Messages of our own count backwards from 0: those that were sent have the other numbers. */
function refuse(active: ActiveRun, id: string, error: Json): void {
  deliver(active.run, { kind: 'child', number: -++active.refusals, id, success: false, output: null, error })
}
