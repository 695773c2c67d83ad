import { findNodeAtLocation, getLocation, parse, parseTree } from 'jsonc-parser'
import { isMap, isNode, isPair, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml'
import { languageOf } from './text.ts'

/** A stretch of the text. */
export type Range = { readonly from: number; readonly to: number }
export type Path = readonly (string | number)[]

/** Where the cursor stands: at a field's name or at a value, below which path, in which value. */
export type Place = {
  /** Of a name: the object it belongs to; of a value: the value itself. */
  readonly path: Path
  readonly isKey: boolean
  /** In JSON: outside of quotes, which are written with it. */
  readonly isBare: boolean
  /** Where what is being written begins. */
  readonly from: number
  /** The whole as far as it can be read. */
  readonly value: unknown
}

/** The names and numbers of a JSON pointer (RFC 6901). */
export function pathIn(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

/** Where in the text a JSON pointer (RFC 6901) leads; what is missing: the nearest that holds it. */
export function rangeOf(text: string, pointer: string): Range {
  const path = pathIn(pointer)
  const find = languageOf(text) === 'json' ? jsonFinder(text) : yamlFinder(text)
  for (let length = path.length; length >= 0; length--) {
    const found = find(path.slice(0, length))
    // Of an object or a list its first line is enough.
    if (found !== undefined) return { from: found.from, to: Math.min(found.to, endOfLine(text, found.from)) }
  }
  return { from: 0, to: endOfLine(text, 0) }
}

type Finder = (path: Path) => Range | undefined

function jsonFinder(text: string): Finder {
  const root = parseTree(text)
  return (path) => {
    const node = root && findNodeAtLocation(root, [...path])
    return node && { from: node.offset, to: node.offset + node.length }
  }
}

function yamlFinder(text: string): Finder {
  const document = parseDocument(text)
  return (path) => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true)
    return isNode(node) && node.range ? { from: node.range[0], to: node.range[1] } : undefined
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** The path of the step that an offset lies in, as in `['steps', 2]`; null outside of steps. */
export function stepAt(text: string, offset: number): Path | null {
  const path = languageOf(text) === 'json' ? getLocation(text, offset).path : yamlPathAt(text, offset)
  for (let i = path.length - 1; i > 0; i--) {
    if (typeof path[i] === 'number' && ['steps', 'undo', 'on_failure'].includes(String(path[i - 1])))
      return path.slice(0, i + 1)
  }
  return null
}

/** The innermost value around an offset. */
function yamlPathAt(text: string, offset: number): Path {
  let found: Path = []
  visit(parseDocument(text), {
    Node: (_key, node, above) => {
      const [from, , to] = node.range ?? [0, 0, 0]
      if (offset < from || offset > to) return visit.SKIP
      found = pathOf(node, above)
      return undefined
    },
  })
  return found
}

/** The names and numbers that lead to a node. */
function pathOf(node: Node, above: readonly unknown[]): Path {
  const chain = [...above, node]
  return chain.flatMap((one, i): Path => {
    const below = chain[i + 1]
    if (isSeq(one)) return [one.items.indexOf(below)]
    if (isPair(one))
      return below === one.key && i + 2 === chain.length ? [] : [String(isScalar(one.key) ? one.key.value : one.key)]
    return []
  })
}

/** Where the cursor stands in a text that is being written, or null where nothing can be completed. */
export function placeAt(text: string, offset: number): Place | null {
  return languageOf(text) === 'json' ? jsonPlace(text, offset) : yamlPlace(text, offset)
}

function jsonPlace(text: string, offset: number): Place | null {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  const [quoted] = /^(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*"((?:[^"\\]|\\.)*)$/.exec(line)?.slice(1) ?? []
  const word = quoted ?? /(?<=(?:^|[{[,:])\s*)[\w.-]*$/.exec(line)?.[0]
  if (word === undefined) return null
  const { path, isAtPropertyKey: isKey } = getLocation(text, offset)
  const value: unknown = parse(text)
  return {
    path: isKey ? path.slice(0, -1) : path,
    isKey,
    isBare: quoted === undefined,
    from: offset - word.length,
    value,
  }
}

const CURSOR = 'cursor-stands-here'

/** What is being written is put in by name, so that the rest can be read. */
function yamlPlace(text: string, offset: number): Place | null {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const line = text.slice(start, offset)
  const key = /^((?: |- )*)([\w$-]*)$/.exec(line)
  const value = /^((?: |- )*(?:[\w$-]+: +|- +)["']?)([\w.$-]*)$/.exec(line)
  const match = key ?? value
  if (match === null) return null
  const [, before = '', word = ''] = match
  const whole = `${text.slice(0, start)}${before}${CURSOR}${key === null ? '' : ': 0'}${text.slice(endOfLine(text, offset))}`
  const document = parseDocument(whole)
  let path: Path | null = null
  visit(document, {
    Scalar: (_key, node, above) => {
      if (node.value !== CURSOR) return undefined
      path = pathOf(node, above)
      return visit.BREAK
    },
  })
  if (path === null) return null
  const read: unknown = isMap(document.contents) ? document.toJS() : {}
  return { path, isKey: key !== null, isBare: false, from: offset - word.length, value: read }
}
