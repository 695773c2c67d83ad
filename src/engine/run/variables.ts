import { copyObject, type JsonObject } from '../values/json.ts'
import { parseObject } from '../values/parseJson.ts'

/**
 * The variables of a job, or the copy that a branch or a round has. A copy costs nothing until something in it is to be
 * changed: until then it is the text, and reads what it was copied from; so does a job that of its definition. The texts in
 * it are the same afterwards, and are held once.
 */
export class Variables {
  /** '' for the job's own, else the path of the round or branch. */
  readonly scope: string
  /** As they were after the last step, as JSON text. */
  text: string
  bytes: number
  /** They were changed since they were made. */
  changed = false
  #value: JsonObject | null
  #own: boolean

  constructor(scope: string, text: string, value: JsonObject | null, own: boolean, bytes: number) {
    this.scope = scope
    this.text = text
    this.#value = value
    this.#own = own
    this.bytes = bytes
  }

  /** To be read only. */
  get value(): JsonObject {
    this.#value ??= parseObject(this.text)
    return this.#value
  }

  /** To be changed in place. */
  get own(): JsonObject {
    if (!this.#own) {
      this.#own = true
      if (this.#value !== null) this.#value = copyObject(this.#value)
    }
    return this.value
  }

  /** A copy for a scope of its own. */
  copy(scope: string): Variables {
    return new Variables(scope, this.text, this.#value, false, 0)
  }

  /** Takes over what a step left. */
  keep(value: JsonObject | null, text: string, bytes: number): void {
    this.#value = value
    this.#own = true
    this.text = text
    this.bytes = bytes
    this.changed = true
  }

  /** Back to what they were before the step. */
  restore(): void {
    if (this.#own) this.#value = null
  }

  /** Lets go of all but the text. */
  rest(): void {
    this.#value = null
    this.#own = true
  }
}
