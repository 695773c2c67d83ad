import { ExpressionError } from './error.ts'
import type { Node } from './node.ts'

/** A part of an expression was null where a value is needed: mostly it names what is not there. */
export class MissingValue extends ExpressionError {
  readonly part: Node

  constructor(message: string, part: Node) {
    super(message)
    this.part = part
  }
}
