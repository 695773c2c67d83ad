import { actionOf } from '../registeredBlock.ts'
import { type Schema, schemaAt } from '../schemas/blockSchema.ts'
import { secretIn } from '../secrets/tags.ts'
import { hasRoot, idsInReach, type Known, type LexicalScope, stepInReach } from './lexicalScope.ts'
import { isObject } from '../values/json.ts'
import { type DefinitionProblem, problem } from './problem.ts'
import type { PostedStep } from './written.ts'

/** What is wrong with a path that a tag or an expression names, and the schema of what it gives where that is known. */
export type PathJudgement = { readonly problems: DefinitionProblem[]; readonly gives: Schema | null }

const NOTHING: PathJudgement = { problems: [], gives: null }
const ROOTS = ['job', 'steps', 'item', 'index', 'last', 'wait', 'failure']

/** Judges a path of a tag, with the short forms written out: `steps.ID.result…`, `job.variables.NAME…`. */
export function judgePath(parts: readonly string[], scope: LexicalScope, known: Known, pointer: string): PathJudgement {
  const [root, second, third] = parts
  if (root === 'steps' && second !== undefined) {
    if (ofRound(third)) return judgeContainer(second, scope, known, pointer)
    return judgeStep(second, third === 'result' ? parts.slice(3) : null, scope, known, pointer)
  }
  if (root === 'job' && third !== undefined && (second === 'variables' || second === 'parameters')) {
    return judgeName(second, third, known, pointer)
  }
  // Secrets are judged by where they stand.
  if (root === undefined || secretIn(parts) !== null) return NOTHING
  if (ROOTS.includes(root)) return judgeRoot(root, scope, pointer)
  const suggestion = known.suggestions.nearest(root, () => ROOTS)
  return { problems: [problem('tag-unknown', pointer, `there is no root ${root}`, suggestion)], gives: null }
}

/** Roots of one place alone, and where that is. */
const PLACES: Readonly<Record<string, string>> = {
  item: 'in a round of FLOW.EACH',
  index: 'in a round of FLOW.EACH or FLOW.REPEAT',
  last: 'in a round of FLOW.REPEAT',
  wait: 'in the steps of FLOW.SIGNAL and FLOW.ASK',
}

/** Outside of its scope a root gives null. */
function judgeRoot(root: string, scope: LexicalScope, pointer: string): PathJudgement {
  const where = PLACES[root]
  if (where === undefined || hasRoot(scope, root)) return NOTHING
  return { problems: [problem('tag-unknown', pointer, `there is no ${root} here: it is ${where}`)], gives: null }
}

/** What a container tells of the round that a scope is in: it need not be over for that. */
export function ofRound(field: string | undefined): boolean {
  return field === 'item' || field === 'index'
}

/** What is wrong with naming the round of a container, which must be in reach. */
export function judgeContainer(id: string, scope: LexicalScope, known: Known, pointer: string): PathJudgement {
  if (stepInReach(scope, id) !== null) return NOTHING
  const suggestion = known.suggestions.nearest(id, () => idsInReach(scope))
  return { problems: [problem('tag-unknown', pointer, `there is no step ${id} in reach`, suggestion)], gives: null }
}

/** Judges the name of a step, and a path in its result where one is meant. */
export function judgeStep(
  id: string,
  path: readonly string[] | null,
  scope: LexicalScope,
  known: Known,
  pointer: string,
): PathJudgement {
  const found = stepInReach(scope, id)
  if (found === null) {
    const suggestion = known.suggestions.nearest(id, () => idsInReach(scope))
    const hint = suggestion === null ? '' : `; did you mean ${suggestion}?`
    return {
      problems: [problem('tag-unknown', pointer, `there is no step ${id} in reach${hint}`, suggestion)],
      gives: null,
    }
  }
  if (found.later) {
    return { problems: [problem('tag-later', pointer, `the step ${id} can't have run yet`)], gives: null }
  }
  return path === null ? NOTHING : judgeResult(id, found.step, path, known, pointer)
}

function judgeResult(
  id: string,
  step: PostedStep,
  path: readonly string[],
  known: Known,
  pointer: string,
): PathJudgement {
  const returns = returnsOf(step, known)
  if (returns === null) return NOTHING
  const gives = schemaAt(returns, path)
  if (gives !== 'nowhere') return { problems: [], gives }
  const { names, wrong, above } = partNowhere(returns, path)
  const suggestion = known.suggestions.nearest(wrong, () => names)
  const has = names.length > 0 ? `; ${above === '' ? 'it' : above} has ${names.join(', ')}` : ''
  const detail = `what ${id} gives has no ${path.join('.')}${has}`
  return { problems: [problem('tag-path', pointer, detail, suggestion)], gives: null }
}

/** The first part of a path that leads nowhere, what stands above it, and the names that are there instead. */
function partNowhere(returns: Schema, path: readonly string[]) {
  const first = path.findIndex((_, i) => schemaAt(returns, path.slice(0, i + 1)) === 'nowhere')
  const over = path.slice(0, first)
  const found = schemaAt(returns, over)
  const names = isObject(found) ? Object.keys(found.properties ?? {}) : []
  return { names, wrong: path[first] ?? '', above: over.join('.') }
}

/** What a step gives, where its block alone decides it: a failure is let out, since then nothing after it runs. */
function returnsOf(step: PostedStep, { registry }: Known): Schema | null {
  if (step.action === undefined || step.output !== undefined || step.catch !== undefined) return null
  const block = registry.blocks.get(actionOf(step.action))
  if (block === undefined || block.blockName.category === 'FLOW') return null
  return block.returns
}

function judgeName(kind: 'variables' | 'parameters', name: string, known: Known, pointer: string): PathJudgement {
  const names = kind === 'variables' ? known.variables : known.locals
  if (names === null || names.has(name)) return NOTHING
  const suggestion = known.suggestions.nearest(name, () => names)
  const what = kind === 'variables' ? 'variable' : 'local'
  const hint = suggestion === null ? '' : `; did you mean ${suggestion}?`
  return { problems: [problem('tag-unknown', pointer, `there is no ${what} ${name}${hint}`, suggestion)], gives: null }
}

/** Judges a bare name in an expression: a root that is in reach, or a step. */
export function judgeBareName(
  name: string,
  path: readonly string[] | null,
  scope: LexicalScope,
  known: Known,
  pointer: string,
): PathJudgement {
  if (name === 'vars' || name === 'locals') {
    const first = path?.[0]
    return first === undefined
      ? NOTHING
      : judgeName(name === 'vars' ? 'variables' : 'parameters', first, known, pointer)
  }
  // That it is in reach was looked at before: what is no step here is a root.
  if (name === 'job' || name === 'now' || hasRoot(scope, name) || stepInReach(scope, name) === null) return NOTHING
  return judgeStep(name, path, scope, known, pointer)
}
