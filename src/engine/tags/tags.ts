/**
 * Tags in text, parsed once. A tag is `{% path %}`, `{: path :}`, `{# path #}` or `{< path >}`: the pair, one space, one
 * or more characters that are no white space (or whole tags), one space. Everything else is text (SEMANTICS.md, "Tags").
 *
 * Tags nest, so a template is kept as a flat program for a stack: no recursion, however deep they stand. Parsing looks
 * at each character once and at each mark twice, so it is linear on any input.
 */
export type TagKind = '%' | ':' | '#' | '<'

/** Starts collecting the text of a path. */
export const OPEN: unique symbol = Symbol('open')

/** Ends a tag. `parts` is its path where no other tag stands in it, so that it is parted only once. */
export type TagEnd = { readonly kind: TagKind; readonly parts: readonly string[] | null }

/** A piece of text, the start of a tag, or its end, which turns what was collected since into a path. */
export type Instruction = string | typeof OPEN | TagEnd

/** A text with tags in it. */
export type Template = {
  readonly program: readonly Instruction[]
  /** Set where the text is one tag and nothing else but white space: it yields the value itself, type kept. */
  readonly whole: WholeTag | null
}

/** The one tag of a text; `path` is the program of its path where tags stand in it. */
export type WholeTag = TagEnd & { readonly path: readonly Instruction[] }

/** Where a tag starts or ends; an opening mark counts only once its end was found. */
type Mark = { at: number; kind: TagKind; opens: boolean; counts: boolean }

const WIDTH = 3
const KINDS = '%:#<'
const CLOSERS: Readonly<Record<TagKind, string>> = { '%': '%', ':': ':', '#': '#', '<': '>' }

/** Parses a text. Returns null when there is no tag in it, which is by far the most frequent case. */
export function parseTemplate(text: string): Template | null {
  if (!text.includes('{')) return null
  const marks = findMarks(text)
  if (marks.length === 0) return null
  const program = toProgram(text, marks)
  return { program, whole: isWhole(text, marks) ? wholeTag(program) : null }
}

function findMarks(text: string): Mark[] {
  const marks: Mark[] = []
  const open: Mark[] = []
  for (let i = text.indexOf('{'); i < text.length; ) {
    const top = open.at(-1)
    if (opensTag(text, i)) {
      const mark: Mark = { at: i, kind: text[i + 1] as TagKind, opens: true, counts: false }
      marks.push(mark)
      open.push(mark)
      i += WIDTH
    } else if (top !== undefined && closesTag(text, i, top)) {
      top.counts = true
      open.pop()
      marks.push({ at: i, kind: top.kind, opens: false, counts: true })
      i += WIDTH
    } else {
      if (isWhite(text.charCodeAt(i))) open.length = 0
      i++
      if (open.length === 0) {
        const next = text.indexOf('{', i)
        i = next < 0 ? text.length : next
      }
    }
  }
  return marks.filter((mark) => mark.counts)
}

function opensTag(text: string, at: number): boolean {
  return text[at] === '{' && text[at + 2] === ' ' && at + 2 < text.length && KINDS.includes(text[at + 1] as string)
}

function closesTag(text: string, at: number, top: Mark): boolean {
  return text[at] === ' ' && text[at + 2] === '}' && text[at + 1] === CLOSERS[top.kind] && at > top.at + WIDTH
}

function toProgram(text: string, marks: readonly Mark[]): Instruction[] {
  const program: Instruction[] = []
  let from = 0
  for (const mark of marks) {
    const before = text.slice(from, mark.at)
    from = mark.at + WIDTH
    if (mark.opens) {
      if (before !== '') program.push(before)
      program.push(OPEN)
    } else if (program.at(-1) === OPEN) {
      program.push({ kind: mark.kind, parts: pathOf(mark.kind, before) })
    } else {
      if (before !== '') program.push(before)
      program.push({ kind: mark.kind, parts: null })
    }
  }
  if (from < text.length) program.push(text.slice(from))
  return program
}

/** The parts of a path below the roots `job` and `steps`, with the short forms written out. */
export function pathOf(kind: TagKind, path: string): string[] {
  const parts = path.split('.')
  switch (kind) {
    case '%':
      return parts
    case ':':
      return ['steps', parts[0] as string, 'result', ...parts.slice(1)]
    case '#':
      return ['job', 'variables', ...parts]
    case '<':
      return ['job', 'parameters', ...parts]
  }
}

function isWhole(text: string, marks: readonly Mark[]): boolean {
  let depth = 0
  let roots = 0
  for (const mark of marks) {
    if (mark.opens && depth++ === 0) roots++
    if (!mark.opens) depth--
  }
  const first = marks[0]?.at ?? 0
  const end = (marks.at(-1)?.at ?? 0) + WIDTH
  return roots === 1 && isBlank(text.slice(0, first)) && isBlank(text.slice(end))
}

function wholeTag(program: readonly Instruction[]): WholeTag {
  const start = program.indexOf(OPEN)
  const end = program.findLastIndex((instruction) => typeof instruction === 'object')
  return { ...(program[end] as TagEnd), path: program.slice(start + 1, end) }
}

function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isWhite(text.charCodeAt(i))) return false
  return true
}

/** White space as Python's `str.isspace` knows it. */
function isWhite(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31)
  if (code < 0x1680) return code === 0x85 || code === 0xa0
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  )
}
