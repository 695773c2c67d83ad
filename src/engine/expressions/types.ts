import { argumentMessage, countMessage, takesType } from './call.ts'
import type { Expression } from './expression.ts'
import type { BinaryOperator, Node } from './node.ts'
import { NAMES, sourceOf, typesMessage } from './operators.ts'
import { type TypeName, valueTypeOf } from './value.ts'

/** What the text of an expression betrays: the type of a part, or null where it depends on the data. */
type Known = TypeName | null

/** What an operator takes, and what it gives then; `any` stands for every type. */
type Rule = readonly [left: TypeName | 'any', right: TypeName | 'any', gives: TypeName]

const ORDERED: readonly Rule[] = (['number', 'string', 'timestamp', 'duration'] as const).map((type) => [
  type,
  type,
  'bool',
])
const NUMBERS: readonly Rule[] = [['number', 'number', 'number']]
const COMPARED: readonly Rule[] = [['any', 'any', 'bool']]

const RULES: Readonly<Record<BinaryOperator, readonly Rule[]>> = {
  '==': COMPARED,
  '!=': COMPARED,
  '<': ORDERED,
  '<=': ORDERED,
  '>': ORDERED,
  '>=': ORDERED,
  in: [
    ['any', 'list', 'bool'],
    ['any', 'object', 'bool'],
    ['any', 'null', 'bool'],
    ['string', 'string', 'bool'],
  ],
  '+': [
    ...NUMBERS,
    ['string', 'string', 'string'],
    ['list', 'list', 'list'],
    ['duration', 'duration', 'duration'],
    ['timestamp', 'duration', 'timestamp'],
    ['duration', 'timestamp', 'timestamp'],
  ],
  '-': [
    ...NUMBERS,
    ['duration', 'duration', 'duration'],
    ['timestamp', 'duration', 'timestamp'],
    ['timestamp', 'timestamp', 'duration'],
  ],
  '*': NUMBERS,
  '/': NUMBERS,
  '%': NUMBERS,
}

/**
 * What can't be evaluated whatever the data are, as evaluating would say it: a wrong number of arguments, and types that
 * the text itself betrays. A part that may not be looked at (behind `||`, say) counts like any other.
 */
export function typeMistakes({ text, root }: Expression): string[] {
  const reader = new TypeReader(text)
  reader.typeOf(root)
  return reader.mistakes
}

class TypeReader {
  readonly mistakes: string[] = []
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  typeOf(node: Node): Known {
    switch (node.kind) {
      case 'literal':
        // A null stands for what is missing, and is written where a failure is meant.
        return node.value === null ? null : valueTypeOf(node.value)
      case 'name':
      case 'step':
        return null
      case 'field':
        this.typeOf(node.of)
        return null
      case 'index':
        this.typeOf(node.of)
        this.typeOf(node.at)
        return null
      case 'list':
        for (const item of node.items) this.typeOf(item)
        return 'list'
      case 'object':
        for (const [key, value] of node.entries) {
          this.#expect(key, ['string'], 'a key must be a text')
          this.typeOf(value)
        }
        return 'object'
      case 'call':
        return this.#call(node)
      case 'not':
        return this.#truth('!', node.of)
      case 'negative':
        this.#expect(node.of, ['number'], '- takes a number')
        return 'number'
      case 'and':
        return this.#truth('&&', node.left, node.right)
      case 'or':
        return this.#truth('||', node.left, node.right)
      case 'choice': {
        this.#truth('?', node.when)
        const [yes, no] = [this.typeOf(node.yes), this.typeOf(node.no)]
        return yes === no ? yes : null
      }
      case 'binary':
        return this.#binary(node)
    }
  }

  #truth(operator: string, ...parts: readonly Node[]): Known {
    for (const part of parts) this.#expect(part, ['bool', 'null'], `${operator} takes booleans`)
    return 'bool'
  }

  #expect(part: Node, types: readonly TypeName[], takes: string): void {
    const type = this.typeOf(part)
    if (type !== null && !types.includes(type)) this.#tell(part, type, takes)
  }

  #tell(part: Node, type: TypeName, takes: string): void {
    this.mistakes.push(`${sourceOf(this.#text, part)} is ${NAMES[type]}; ${takes}`)
  }

  #call({ calls, parts }: Extract<Node, { kind: 'call' }>): Known {
    const types = parts.map((part) => this.typeOf(part))
    if (parts.length < calls.least || parts.length > calls.most) this.mistakes.push(countMessage(calls, parts.length))
    parts.forEach((part, i) => {
      const parameter = calls.parameters[Math.min(i, calls.parameters.length - 1)]
      const type = types[i] ?? null
      if (parameter === undefined || type === null || takesType(parameter, type)) return
      this.#tell(part, type, argumentMessage(calls, parameter))
    })
    return calls.givesType
  }

  #binary({ operator, left, right }: Extract<Node, { kind: 'binary' }>): Known {
    const [from, to] = [this.typeOf(left), this.typeOf(right)]
    const fits = (known: Known, taken: TypeName | 'any'): boolean =>
      known === null || taken === 'any' || known === taken
    const rules = RULES[operator].filter(([one, other]) => fits(from, one) && fits(to, other))
    if (rules.length === 0) this.mistakes.push(typesMessage(operator, { text: this.#text, left, right }, from, to))
    const [first, ...others] = rules.map(([, , gives]) => gives)
    return first !== undefined && others.every((gives) => gives === first) ? first : null
  }
}
