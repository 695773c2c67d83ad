import type { CheckFailure } from '../plan/checks.ts'
import { actionOf, type RegisteredBlock, type Registry } from '../registeredBlock.ts'
import { FLOW_ACTIONS } from '../run/flow/actions.ts'
import type { Schema } from '../schemas/blockSchema.ts'
import type { KnownSecrets } from '../secrets/given.ts'
import { allowanceOf } from '../secrets/uses.ts'
import type { JsonObject } from '../values/json.ts'
import { isParsedObject } from '../values/json.ts'
import { pointerPart } from '../values/pointer.ts'
import { type Conditional, conditionProblems } from './conditions.ts'
import { errorNameProblems, rulesOf } from './errorNames.ts'
import { type Known, type LexicalScope, type ScopeSequence, Suggestions } from './lexicalScope.ts'
import { parameterProblems, togetherProblems } from './parameters.ts'
import { type DefinitionProblem, problem } from './problem.ts'
import { statusProblem } from './statuses.ts'
import { type At, textProblems } from './texts.ts'
import { catchesOf, localsOf, variablesOf, writesVariable } from './variables.ts'
import type { PostedBranch, PostedStep, WrittenJob } from './written.ts'

/** More would help nobody. */
export const MAX_PROBLEMS = 200

/** What there is beside a definition. */
export type KnownBeside = {
  /** Those of the secrets it names that are there; null: nobody looked. */
  readonly secrets: KnownSecrets | null
  /** The schema of the local values of its jobs; null: it has none. */
  readonly inputs: JsonObject | null
}

/** A definition by itself. */
export const NOTHING_BESIDE: KnownBeside = { secrets: null, inputs: null }

/**
 * What will fail for certain in a definition, and what hardly means what it says, in document order. What is not known
 * counts as right. Each step and each text is looked at once.
 *
 * @param job a definition whose form was checked
 * @param failures the outcome of the checks of acceptance, in document order
 * @param beside what there is beside it
 */
export function findProblems(
  job: WrittenJob,
  failures: readonly (CheckFailure | null)[],
  registry: Registry,
  { secrets, inputs }: KnownBeside = NOTHING_BESIDE,
): DefinitionProblem[] {
  const known: Known = {
    registry,
    variables: variablesOf(job, registry),
    locals: localsOf(job, inputs),
    secrets: { known: secrets, tags: new Set(job.tags) },
    suggestions: new Suggestions(MAX_PROBLEMS),
  }
  const walk = new Walk(known, failures)
  const top: ScopeSequence = { steps: job.steps, outer: null, roots: [] }
  walk.steps(top, '/steps', false)
  const over: LexicalScope = { sequence: top, index: job.steps.length }
  // Steps of the handler come last in document order, and the output stands before them in a definition.
  if (job.on_failure !== undefined) {
    walk.steps({ steps: job.on_failure, outer: over, roots: ['failure'] }, '/on_failure', false)
  }
  walk.add(textProblems(job.output, '/output', { scope: over, known }))
  return walk.problems.slice(0, MAX_PROBLEMS)
}

class Walk {
  readonly problems: DefinitionProblem[] = []
  readonly #known: Known
  readonly #failures: readonly (CheckFailure | null)[]
  #written = 0

  constructor(known: Known, failures: readonly (CheckFailure | null)[]) {
    this.#known = known
    this.#failures = failures
  }

  add(problems: readonly DefinitionProblem[]): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(...problems)
  }

  /** @param lost what steps here write into variables ends with the round or the branch */
  steps(sequence: ScopeSequence, pointer: string, lost: boolean): void {
    for (const [index, step] of sequence.steps.entries()) {
      if (this.problems.length >= MAX_PROBLEMS) return
      this.#step(step, { sequence, index }, `${pointer}/${index}`, lost)
    }
  }

  #step(step: PostedStep, scope: LexicalScope, pointer: string, lost: boolean): void {
    const failure = this.#failures[this.#written++] ?? null
    const at: At = { scope, known: this.#known }
    const action = actionOf(step.action ?? 'FLOW.DO')
    const block = this.#known.registry.blocks.get(action)
    const { parameters = {} } = step
    // What is wrong with its secrets is told where they stand.
    if (failure !== null && failure.status !== 'FORBIDDEN_SECRET')
      this.add([statusProblem(failure, step, pointer, this.#known.registry)])
    this.#condition(step.if, `${pointer}/if`, at)
    if (block !== undefined) {
      const found = parameterProblems(parameters, block, `${pointer}/parameters`)
      const flow = FLOW_ACTIONS.get(action)
      const together = found.length === 0 && flow !== undefined && isParsedObject(parameters)
      this.add(together ? togetherProblems(parameters, block, flow, `${pointer}/parameters`) : found)
    }
    this.#parameters(this.#scanned(step, action), block, `${pointer}/parameters`, at)
    if (lost && writesVariable(step, this.#known.registry)) {
      this.add([
        problem(
          'write-lost',
          pointer,
          'what this changes in variables ends with its round or branch; give it out as a value instead',
        ),
      ])
    }
    for (const { rule, at: ruleAt } of rulesOf(step, pointer)) this.add(errorNameProblems(rule, ruleAt))
    this.#below(step, action, scope, pointer, lost)
  }

  #parameters(
    parameters: Readonly<Record<string, unknown>>,
    block: RegisteredBlock | undefined,
    pointer: string,
    at: At,
  ): void {
    const parametersOf: Schema | undefined = block?.parameters
    const schema = parametersOf?.properties
    for (const [name, value] of Object.entries(parameters)) {
      const below = pointer + pointerPart(name)
      this.add(textProblems({ [name]: null }, pointer, at))
      this.add(textProblems(value, below, at, schema?.[name] ?? null, allowanceOf(block, name)))
    }
  }

  #condition(condition: unknown, pointer: string, at: At, of: Conditional = 'step'): void {
    this.add(conditionProblems(condition, pointer, of))
    this.add(textProblems(condition, pointer, at))
  }

  /** Parameters but for those that are written in another language, or whose tags are another job's. */
  #scanned({ parameters = {} }: PostedStep, action: string): Record<string, unknown> {
    const block = this.#known.registry.blocks.get(action)
    const skipped = new Set([FLOW_ACTIONS.get(action)?.asWritten, ...templatesOf(block?.parameters)])
    return Object.fromEntries(Object.entries(parameters).filter(([name]) => !skipped.has(name)))
  }

  #below(step: PostedStep, action: string, scope: LexicalScope, pointer: string, lost: boolean): void {
    const flow = FLOW_ACTIONS.get(action)
    const roots = flow?.shape.roots ?? []
    const own = lost || isConcurrent(step, action)
    if (step.steps !== undefined) {
      const inside: ScopeSequence = { steps: step.steps, outer: scope, roots }
      this.steps(inside, `${pointer}/steps`, own)
      const over: LexicalScope = { sequence: inside, index: step.steps.length }
      if (step.until !== undefined) {
        this.#condition(step.until, `${pointer}/until`, { scope: over, known: this.#known }, 'rounds')
      }
      this.#output(step.output, pointer, over)
    }
    step.branches?.forEach((branch, i) => this.#branch(branch, scope, `${pointer}/branches/${i}`, own))
    if (step.branches !== undefined) {
      const named: ScopeSequence = {
        steps: step.branches.map(({ id }) => (id === undefined ? {} : { id })),
        outer: scope,
        roots: [],
      }
      this.#output(step.output, pointer, { sequence: named, index: step.branches.length })
    }
    // In what handles a failure every step may have run, so none counts as later.
    const handling: LexicalScope = { sequence: scope.sequence, index: scope.sequence.steps.length }
    catchesOf(step).forEach((one, i) => {
      const at = Array.isArray(step.catch) ? `${pointer}/catch/${i}` : `${pointer}/catch`
      const inside: ScopeSequence = { steps: one.steps ?? [], outer: handling, roots: ['failure'] }
      this.add(errorNameProblems(one, at))
      this.#condition(one.if, `${at}/if`, { scope: { sequence: inside, index: 0 }, known: this.#known }, 'catch')
      this.steps(inside, `${at}/steps`, lost)
      this.#output(one.output, at, { sequence: inside, index: inside.steps.length })
    })
    if (step.undo !== undefined) {
      this.steps({ steps: step.undo, outer: handling, roots: ['failure'] }, `${pointer}/undo`, lost)
    }
  }

  #branch(branch: PostedBranch, scope: LexicalScope, pointer: string, lost: boolean): void {
    this.#condition(branch.if, `${pointer}/if`, { scope, known: this.#known }, 'branch')
    const inside: ScopeSequence = { steps: branch.steps ?? [], outer: scope, roots: [] }
    this.steps(inside, `${pointer}/steps`, lost)
    this.#output(branch.output, pointer, { sequence: inside, index: inside.steps.length })
  }

  #output(output: unknown, pointer: string, scope: LexicalScope): void {
    this.add(textProblems(output, `${pointer}/output`, { scope, known: this.#known }))
  }
}

/** Whether what is below begins with copies of the variables. */
function isConcurrent({ parameters }: PostedStep, action: string): boolean {
  if (action === 'FLOW.PARALLEL') return true
  const concurrency = parameters?.['concurrency']
  return action === 'FLOW.EACH' && typeof concurrency === 'number' && concurrency > 1
}

/** The parameters of a block that are templates of another kind: what looks like a tag there may be theirs. */
function templatesOf(schema: Schema | undefined): string[] {
  return Object.entries(schema?.properties ?? {})
    .filter(([, property]) => Reflect.get(property, 'contentMediaType') === TEMPLATE)
    .map(([name]) => name)
}

/** What a block says of a parameter that is a template of another kind. */
const TEMPLATE = 'text/x-template'
