type Scalar = string | number | boolean

/** An expression could not be evaluated: the step ends as `UNHANDLED_EXCEPTION` with this type. */
export class ExpressionError extends Error {
  override readonly name: string = 'ExpressionError'
  /** What came, where its type does not tell; never in the message, where a short secret would not be found. */
  readonly value: Scalar | undefined

  constructor(message: string, value?: Scalar) {
    super(message)
    this.value = value
  }
}

/** Why a text is no expression, and where: columns count characters of the text it stands in, from 1. */
export class SyntaxMistake extends Error {
  override readonly name: string = 'SyntaxMistake'
  readonly column: number

  constructor(message: string, column: number) {
    super(message)
    this.column = column
  }
}
