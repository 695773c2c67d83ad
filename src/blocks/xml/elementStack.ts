import { InvalidArgument } from '../../engine/errors.ts'
import { getOwn, type Json, type JsonObject, setOwn } from '../../engine/values/json.ts'

/** An element whose end has not come yet. */
type OpenElement = { readonly name: string; readonly content: JsonObject; text: string }

/** An element in a list is two levels of a value, and a value has at most two hundred. */
const MAX_OPEN = 90

/** Builds the value of a document from what a parser meets, in order. */
export class ElementStack {
  readonly #lists: ReadonlySet<string>
  readonly #open: OpenElement[] = []
  /** What is built: an object with the outermost element. */
  readonly document: JsonObject = {}

  /** @param lists names of elements that are always in a list */
  constructor(lists: ReadonlySet<string>) {
    this.#lists = lists
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#open.length >= MAX_OPEN) throw new InvalidArgument(`the XML is nested deeper than ${MAX_OPEN} elements`)
    const content: JsonObject = {}
    for (const [attribute, value] of Object.entries(attributes)) setOwn<Json>(content, `@${attribute}`, value)
    this.#open.push({ name, content, text: '' })
  }

  text(part: string): void {
    const top = this.#open.at(-1)
    if (top !== undefined) top.text += part
  }

  close(): void {
    const ended = this.#open.pop()
    if (ended === undefined) return
    this.#put(this.#open.at(-1)?.content ?? this.document, ended.name, valueOf(ended))
  }

  #put(parent: JsonObject, name: string, value: Json): void {
    const before = getOwn(parent, name)
    if (Array.isArray(before)) before.push(value)
    else if (before !== undefined) setOwn<Json>(parent, name, [before, value])
    else setOwn<Json>(parent, name, this.#lists.has(name) ? [value] : value)
  }
}

/** White space between children is layout; where there are none, it is text like any other. */
function valueOf({ content, text }: OpenElement): Json {
  if (Object.keys(content).length === 0) return text
  if (text.trim() !== '') setOwn<Json>(content, '#text', text)
  return content
}
