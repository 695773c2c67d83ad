import { SyntaxMistake } from '../expressions/error.ts'
import type { Expression } from '../expressions/expression.ts'
import type { Node } from '../expressions/node.ts'
import { typeMistakes } from '../expressions/types.ts'
import { type Schema, schemaWords } from '../schemas/blockSchema.ts'
import { excludes } from '../schemas/fits.ts'
import { mistakesInText, type SecretAllowance } from '../secrets/uses.ts'
import { parseTemplate } from '../tags/tags.ts'
import { isObject } from '../values/json.ts'
import { pointerPart } from '../values/pointer.ts'
import type { Known, LexicalScope } from './lexicalScope.ts'
import { judgeBareName, judgeContainer, judgePath, judgeStep, ofRound } from './paths.ts'
import { type DefinitionProblem, problem } from './problem.ts'

/** Where a value stands, and what is known of the job. */
export type At = { readonly scope: LexicalScope; readonly known: Known }

/** What is wrong with the tags and expressions of a value, at any depth and in keys. */
export function textProblems(
  value: unknown,
  pointer: string,
  at: At,
  wanted: Schema | null = null,
  secrets: SecretAllowance = 'nowhere',
): DefinitionProblem[] {
  if (typeof value === 'string') {
    return [...forbiddenIn(value, pointer, at, secrets), ...problemsIn(value, pointer, at, wanted)]
  }
  if (Array.isArray(value)) {
    const items = wanted?.items
    const schema = isObject(items) ? items : null
    return value.flatMap((item, i) => textProblems(item, pointer + pointerPart(i), at, schema, secrets))
  }
  if (!isObject(value)) return []
  return Object.keys(value).flatMap((key) => {
    const below = pointer + pointerPart(key)
    const schema = wanted?.properties?.[key] ?? null
    return [
      ...forbiddenIn(key, below, at, 'nowhere'),
      ...problemsIn(key, below, at, null),
      ...textProblems(value[key], below, at, schema, secrets),
    ]
  })
}

function forbiddenIn(text: string, pointer: string, { known }: At, use: SecretAllowance): DefinitionProblem[] {
  return mistakesInText(text, pointer, use, known.secrets).map(({ detail }) =>
    problem('forbidden-secret', pointer, detail),
  )
}

/** More problems in one text would help nobody. */
const MAX_IN_ONE_TEXT = 20

function problemsIn(text: string, pointer: string, at: At, wanted: Schema | null): DefinitionProblem[] {
  const template = parseTemplate(text)
  if (template === null) return malformed([text], pointer)
  const problems = malformed(
    template.program.filter((part) => typeof part === 'string'),
    pointer,
  )
  for (const part of template.program) {
    if (problems.length >= MAX_IN_ONE_TEXT) break
    if (typeof part !== 'object') continue
    if (part.kind === '=') {
      if (!(part.parsed instanceof SyntaxMistake)) problems.push(...inExpression(part.parsed, pointer, at))
    } else if (part.parts !== null) {
      const { problems: found, gives } = judgePath(part.parts, at.scope, at.known, pointer)
      problems.push(...found)
      if (template.whole !== null && gives !== null) problems.push(...typeProblems(gives, wanted, text, pointer))
    }
  }
  return unique(problems)
}

function typeProblems(gives: Schema, wanted: Schema | null, text: string, pointer: string): DefinitionProblem[] {
  if (wanted === null || !excludes(gives, wanted)) return []
  const detail = `${text.trim()} gives ${schemaWords(gives)}, and this must be ${schemaWords(wanted)}`
  return [problem('tag-type', pointer, detail)]
}

/** One place is told of each thing once. */
function unique(problems: readonly DefinitionProblem[]): DefinitionProblem[] {
  return problems.filter((one, i) => problems.findIndex(({ detail }) => detail === one.detail) === i)
}

/**
 * What looks like a tag, of this language or another, and is text: `{:a:}` `{: a:}` `{{ a }}` `${a}`, and `{% a` and `{= a`
 * that are never closed.
 */
const LOOKS_LIKE_A_TAG =
  /\{\{[^{}\n]{1,200}\}\}|\$\{[^{}\n]{1,200}\}|\{([:#%=])[^{}\n]{1,200}\1\}|\{<[^{}\n]{1,200}>\}|\{[:#%=<] [A-Za-z_]/

function malformed(texts: readonly string[], pointer: string): DefinitionProblem[] {
  for (const text of texts) {
    const found = text.includes('{') ? LOOKS_LIKE_A_TAG.exec(text)?.[0] : undefined
    if (found === undefined) continue
    const detail = `${found.slice(0, 60)} looks like a tag and is text; a tag is {: step :}, {# variable #}, {< local >}, {% path %} or {= expression =}`
    return [problem('tag-malformed', pointer, detail)]
  }
  return []
}

function inExpression(expression: Expression, pointer: string, at: At): DefinitionProblem[] {
  const problems = typeMistakes(expression).map((mistake) => problem('expression', pointer, mistake))
  visit(expression.root, [], (node, path) => {
    if (node.kind === 'name') problems.push(...judgeBareName(node.name, path, at.scope, at.known, pointer).problems)
    else if (node.kind === 'step') {
      const inResult = path?.[0] === 'result' ? path.slice(1) : null
      const judged = ofRound(path[0])
        ? judgeContainer(node.id, at.scope, at.known, pointer)
        : judgeStep(node.id, inResult, at.scope, at.known, pointer)
      problems.push(...judged.problems)
    }
  })
  return problems
}

/** Visits all parts of an expression; with names the path behind them, as far as it is written. */
function visit(node: Node, path: readonly string[], found: (node: Node, path: readonly string[]) => void): void {
  found(node, path)
  const all = (...parts: readonly Node[]): void => parts.forEach((part) => visit(part, [], found))
  switch (node.kind) {
    case 'field':
      return visit(node.of, [node.name, ...path], found)
    case 'index':
      if (node.at.kind === 'literal') return visit(node.of, [String(node.at.value), ...path], found)
      visit(node.of, [], found)
      return all(node.at)
    case 'call':
      return all(...node.parts)
    case 'list':
      return all(...node.items)
    case 'object':
      return node.entries.forEach(([key, value]) => all(key, value))
    case 'not':
    case 'negative':
      return all(node.of)
    case 'and':
    case 'or':
    case 'binary':
      return all(node.left, node.right)
    case 'choice':
      return all(node.when, node.yes, node.no)
    default:
      return undefined
  }
}

/** The path that a text names as a whole by one tag without others in it, or null. */
export function wholePath(text: unknown): readonly string[] | null {
  const whole = typeof text === 'string' ? parseTemplate(text)?.whole : null
  return whole === null || whole === undefined || whole.kind === '=' ? null : whole.parts
}
