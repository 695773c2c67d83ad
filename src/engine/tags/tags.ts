import { ExpressionEnds, plainEnd } from './expressionEnds.ts'
import { type ExpressionTag, expressionTag } from './expressionTag.ts'
import { keptByText } from './kept.ts'
import { isWhite, trimmed } from './whiteSpace.ts'

/**
 * Tags in text, parsed once. A tag is `{% path %}`, `{: path :}`, `{# path #}` or `{< path >}`: the pair, one space, one
 * or more characters that are no white space (or whole tags), one space; or `{= expression =}`, with white space inside
 * each brace. Everything else is text.
 *
 * Tags nest, so a template is kept as a flat program for a stack: no recursion, however deep they stand. Parsing looks
 * at each character once and at each mark twice, so it is linear on any input.
 */
export type TagKind = '%' | ':' | '#' | '<'

/** Starts collecting the text of a path. */
export const OPEN: unique symbol = Symbol('open')

/** Ends a tag. `parts` is its path where no other tag stands in it, so that it is parted only once. */
export type TagEnd = { readonly kind: TagKind; readonly parts: readonly string[] | null }

/** A piece of text, an expression, the start of a tag, or its end, which turns what was collected since into a path. */
export type Instruction = string | typeof OPEN | TagEnd | ExpressionTag

/** A text with tags in it. */
export type Template = {
  readonly program: readonly Instruction[]
  /** Set where the text is one tag and nothing else but white space: it yields the value itself, type kept. */
  readonly whole: WholeTag | ExpressionTag | null
  /** Where an expression stands inside of another tag, which is refused; null: nowhere. */
  readonly nested: number | null
}

/** The one tag of a text; `path` is the program of its path where tags stand in it. */
export type WholeTag = TagEnd & { readonly path: readonly Instruction[] }

/** Where a tag starts or ends, or an expression stands; an opening mark counts only once its end was found. */
type Mark = { at: number; end: number; kind: TagKind | '='; opens: boolean; counts: boolean }

const WIDTH = 3
const KINDS = '%:#<'
const CLOSERS: Readonly<Record<TagKind, string>> = { '%': '%', ':': ':', '#': '#', '<': '>' }

/** Parses a text. Returns null when there is no tag in it, which is by far the most frequent case. */
export function parseTemplate(text: string): Template | null {
  return text.includes('{') ? kept(text) : null
}

const kept = keptByText(templateOf)

function templateOf(text: string): Template | null {
  const marks = findMarks(text)
  if (marks.length === 0) return null
  const program = toProgram(text, marks)
  return { program, whole: isWhole(text, marks) ? wholeTag(program) : null, nested: nestedExpression(marks) }
}

function findMarks(text: string): Mark[] {
  const marks: Mark[] = []
  const open: Mark[] = []
  let ends: ExpressionEnds | null = null
  for (let i = text.indexOf('{'); i < text.length; ) {
    const top = open.at(-1)
    if (opensExpression(text, i)) {
      const near: number = ends === null ? plainEnd(text, i + 2) : -1
      if (near < 0) ends ??= new ExpressionEnds(text)
      const end: number = ends?.endFrom(i + 2) ?? near
      if (end > 0) marks.push({ at: i, end, kind: '=', opens: false, counts: true })
      i = end > 0 ? end : i + 2
    } else if (opensTag(text, i)) {
      const mark: Mark = { at: i, end: i + WIDTH, kind: text[i + 1] as TagKind, opens: true, counts: false }
      marks.push(mark)
      open.push(mark)
      i += WIDTH
    } else if (top !== undefined && closesTag(text, i, top)) {
      top.counts = true
      open.pop()
      marks.push({ at: i, end: i + WIDTH, kind: top.kind, opens: false, counts: true })
      i += WIDTH
    } else {
      if (isWhite(text.charCodeAt(i))) open.length = 0
      i++
    }
    if (open.length === 0) {
      const next = text.indexOf('{', i)
      i = next < 0 ? text.length : next
    }
  }
  return marks.filter((mark) => mark.counts)
}

function opensExpression(text: string, at: number): boolean {
  return text[at] === '{' && text[at + 1] === '=' && at + 2 < text.length && isWhite(text.charCodeAt(at + 2))
}

function opensTag(text: string, at: number): boolean {
  return text[at] === '{' && text[at + 2] === ' ' && at + 2 < text.length && KINDS.includes(text.charAt(at + 1))
}

function closesTag(text: string, at: number, top: Mark): boolean {
  return (
    text[at] === ' ' && text[at + 2] === '}' && text[at + 1] === CLOSERS[top.kind as TagKind] && at > top.at + WIDTH
  )
}

function toProgram(text: string, marks: readonly Mark[]): Instruction[] {
  const program: Instruction[] = []
  let from = 0
  for (const { at, end, kind, opens } of marks) {
    const before = text.slice(from, at)
    from = end
    const afterOpen = program.at(-1) === OPEN
    if (before !== '' && (opens || kind === '=' || !afterOpen)) program.push(before)
    if (opens) program.push(OPEN)
    else if (kind === '=') program.push(expressionTag(text, at, end))
    else program.push({ kind, parts: afterOpen ? tagPath(kind, before) : null })
  }
  if (from < text.length) program.push(text.slice(from))
  return program
}

/** The parts of a path below the roots `job` and `steps`, with the short forms written out. */
export function tagPath(kind: TagKind, path: string): string[] {
  const parts = path.split('.')
  switch (kind) {
    case '%':
      return parts
    case ':':
      return ['steps', ...parts.slice(0, 1), 'result', ...parts.slice(1)]
    case '#':
      return ['job', 'variables', ...parts]
    case '<':
      return ['job', 'parameters', ...parts]
  }
}

function isWhole(text: string, marks: readonly Mark[]): boolean {
  let depth = 0
  let roots = 0
  for (const { kind, opens } of marks) {
    if (kind === '=') roots += depth === 0 ? 1 : 0
    else if (opens) roots += depth++ === 0 ? 1 : 0
    else depth--
  }
  const { start, end } = trimmed(text)
  return roots === 1 && marks[0]?.at === start && marks.at(-1)?.end === end
}

function wholeTag(program: readonly Instruction[]): WholeTag | ExpressionTag {
  const start = program.findIndex((instruction) => typeof instruction !== 'string')
  const first = program[start] as typeof OPEN | ExpressionTag
  if (first !== OPEN) return first
  const end = program.findLastIndex((instruction) => typeof instruction === 'object')
  return { ...(program[end] as TagEnd), path: program.slice(start + 1, end) }
}

function nestedExpression(marks: readonly Mark[]): number | null {
  let depth = 0
  for (const { at, kind, opens } of marks) {
    if (kind === '=' && depth > 0) return at
    if (kind !== '=') depth += opens ? 1 : -1
  }
  return null
}
