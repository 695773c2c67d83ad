import { findNodeAtLocation, getLocation, type JSONPath, type Node, parseTree } from 'jsonc-parser'

/** A stretch of the text. */
export type Range = { readonly from: number; readonly to: number }

/** Where in the text a JSON pointer (RFC 6901) leads; what is missing: the nearest that holds it. */
export function rangeOf(text: string, pointer: string): Range {
  const root = parseTree(text)
  const path: JSONPath = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  for (let length = path.length; root !== undefined && length >= 0; length--) {
    const node: Node | undefined = findNodeAtLocation(root, path.slice(0, length))
    // Of an object or a list its first line is enough.
    if (node !== undefined)
      return { from: node.offset, to: Math.min(node.offset + node.length, endOfLine(text, node.offset)) }
  }
  return { from: 0, to: Math.min(text.length, endOfLine(text, 0)) }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** The path of the step that an offset lies in, as in `['steps', 2]`; null outside of steps. */
export function stepAt(text: string, offset: number): JSONPath | null {
  const { path } = getLocation(text, offset)
  for (let i = path.length - 1; i > 0; i--) {
    if (typeof path[i] === 'number' && ['steps', 'undo', 'on_failure'].includes(String(path[i - 1])))
      return path.slice(0, i + 1)
  }
  return null
}
