import type { ASTNode } from '@marcbachmann/cel-js'
import { SyntaxMistake } from './error.ts'
import { type ExpressionFunction } from './functions/define.ts'
import { functionNamed } from './functions/table.ts'
import type { Node } from './node.ts'
import { MAX_LEVELS, type Source } from './source.ts'

/** A bare name in an expression, and the column at which it stands first. */
export type FreeName = { readonly name: string; readonly column: number }

/** An expression as a tree of our own, the names it needs, and how many nodes it has. */
export type Parsed = { readonly root: Node; readonly names: readonly FreeName[]; readonly nodes: number }

type Ast<Operator extends ASTNode['op']> = Extract<ASTNode, { op: Operator }>
type Span = { readonly start: number; readonly end: number }

const MAX_NODES = 200

/** Makes the tree of the library's parser our own, counts nodes and levels, and refuses what is not taken over. */
export class Converter {
  readonly #source: Source
  readonly #names = new Map<string, FreeName>()
  #nodes = 0

  constructor(source: Source) {
    this.#source = source
  }

  /** Throws a `SyntaxMistake` for what is too large or too deep, and for functions that there are not. */
  convert(ast: ASTNode): Parsed {
    const root = this.#node(ast, 1)
    return { root, names: [...this.#names.values()], nodes: this.#nodes }
  }

  #node(ast: ASTNode, level: number): Node {
    this.#count(ast)
    const span = { start: this.#source.at(ast.start), end: this.#source.at(ast.end) }
    if (ast.op === 'value') return { kind: 'literal', value: this.#literal(ast), ...span }
    if (ast.op === 'id') return { kind: 'name', name: this.#name(ast), ...span }
    if (level > MAX_LEVELS) this.#refuse(ast, `is nested deeper than ${MAX_LEVELS} levels`)
    const below = (part: ASTNode): Node => this.#node(part, level + 1)
    // `a + b` in `a + b - c`, and `a.b` in `a.b.c`, are parts of a chain: they are no level of their own.
    const along = (part: ASTNode): Node => this.#node(part, chainOf(part) === chainOf(ast) ? level : level + 1)
    switch (ast.op) {
      case '.':
      case '.?':
      case '[]':
      case '[?]':
        return this.#access(ast, span, along, below)
      case 'call':
        return { kind: 'call', calls: this.#function(ast), parts: ast.args[1].map(below), ...span }
      case 'rcall': {
        const [, receiver, others] = ast.args
        const calls = this.#function(ast)
        return { kind: 'call', calls, parts: [along(receiver), ...others.map(below)], ...span }
      }
      case 'list':
        return { kind: 'list', items: ast.args.map(below), ...span }
      case 'map':
        return { kind: 'object', entries: ast.args.map((entry) => this.#entry(entry, below)), ...span }
      case '!_':
        return { kind: 'not', of: below(ast.args), ...span }
      case '-_':
        return { kind: 'negative', of: below(ast.args), ...span }
      case '&&':
        return { kind: 'and', left: along(ast.args[0]), right: below(ast.args[1]), ...span }
      case '||':
        return { kind: 'or', left: along(ast.args[0]), right: below(ast.args[1]), ...span }
      case '?:': {
        const [when, yes, no] = ast.args
        return { kind: 'choice', when: below(when), yes: below(yes), no: along(no), ...span }
      }
      default: {
        const [left, right] = ast.args
        return { kind: 'binary', operator: ast.op, left: along(left), right: below(right), ...span }
      }
    }
  }

  /** `.name` and `[index]`; below `steps` they name a step. */
  #access(
    ast: Ast<'.' | '.?' | '[]' | '[?]'>,
    span: Span,
    along: (part: ASTNode) => Node,
    below: (part: ASTNode) => Node,
  ): Node {
    const [of, at] = ast.args
    if (of.op === 'id' && of.args === 'steps') {
      this.#count(of)
      return { kind: 'step', id: this.#stepId(at), ...span }
    }
    if (typeof at === 'string') return { kind: 'field', of: along(of), name: at, ...span }
    return { kind: 'index', of: along(of), at: below(at), ...span }
  }

  #stepId(at: string | ASTNode): string {
    if (typeof at === 'string') return at
    if (at.op !== 'value' || typeof at.args !== 'string') {
      this.#refuse(at, 'must be a text as it stands: steps["my id"], for which step it is must be known beforehand')
    }
    this.#count(at)
    return at.args
  }

  #entry([key, value]: readonly [ASTNode, ASTNode], below: (part: ASTNode) => Node): readonly [Node, Node] {
    this.#count(key)
    return [below(key), below(value)]
  }

  #function(ast: Ast<'call' | 'rcall'>): ExpressionFunction {
    const [name] = ast.args
    const found = functionNamed(name)
    return found ?? this.#refuse(ast, `there is no function ${name}`)
  }

  #name(ast: Ast<'id'>): string {
    const name = ast.args
    if (name === 'steps') this.#refuse(ast, 'steps names nothing by itself; write steps.ID or steps["my id"]')
    if (!this.#names.has(name)) this.#names.set(name, { name, column: this.#source.at(ast.start) + 1 })
    return name
  }

  #literal(ast: Ast<'value'>): null | boolean | number | string {
    const value = ast.args
    if (typeof value !== 'bigint') {
      if (typeof value !== 'object' || value === null) return value
      return this.#refuse(ast, 'is a literal of CEL that has no counterpart in JSON (1u, b"…")')
    }
    const number = Number(value)
    if (Number.isFinite(number) && BigInt(number) === value) return number
    return this.#refuse(ast, `${value} is an integer that a double would change`)
  }

  #count(ast: ASTNode): void {
    if (++this.#nodes > MAX_NODES) this.#refuse(ast, `has more than ${MAX_NODES} nodes`)
  }

  #refuse(ast: ASTNode, message: string): never {
    throw new SyntaxMistake(message, this.#source.at(ast.start) + 1)
  }
}

/** Operators of one rank that stand in a row make one chain. */
function chainOf({ op }: ASTNode): string {
  switch (op) {
    case '.':
    case '[]':
    case 'rcall':
      return 'path'
    case '+':
    case '-':
      return 'sum'
    case '*':
    case '/':
    case '%':
      return 'product'
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
      return 'relation'
    case '!=':
      return '=='
    default:
      return op
  }
}
