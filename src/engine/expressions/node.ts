import type { ExpressionFunction } from './functions/define.ts'

/** Where a part stands in the text of its expression, as indexes of UTF-16 units. */
export type Span = { readonly start: number; readonly end: number }

/** The operators that take two values; `&&`, `||` and `? :` are nodes of their own. */
export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%'

/** A part of an expression. */
export type Node = Span &
  (
    | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
    /** A root, or the result of a step. */
    | { readonly kind: 'name'; readonly name: string }
    /** `steps.ID` or `steps["ID"]`: all that is known of a step. */
    | { readonly kind: 'step'; readonly id: string }
    | { readonly kind: 'field'; readonly of: Node; readonly name: string }
    | { readonly kind: 'index'; readonly of: Node; readonly at: Node }
    | { readonly kind: 'call'; readonly calls: ExpressionFunction; readonly parts: readonly Node[] }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'object'; readonly entries: readonly (readonly [Node, Node])[] }
    | { readonly kind: 'not' | 'negative'; readonly of: Node }
    | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
    | { readonly kind: 'choice'; readonly when: Node; readonly yes: Node; readonly no: Node }
    | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  )

/** A call of a function. */
export type CallNode = Extract<Node, { kind: 'call' }>
