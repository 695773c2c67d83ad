import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import type { Question } from '../types.ts'
import { path } from './path.ts'

/** What jobs ask people, or programs. */
export class Questions {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Open ones, newest first. */
  list(filters: { readonly job_id?: string | undefined; readonly limit?: number } = {}): List<Question> {
    return new List(this.#transport, '/v1/questions', filters)
  }

  /** Any, whatever became of it. */
  get(id: string): Promise<Question> {
    return this.#transport.json('GET', path`/v1/questions/${id}`)
  }

  /** Answers it, once: a second answer is a problem. */
  answer(id: string, value: unknown, { by }: { readonly by?: string } = {}): Promise<Question> {
    return this.#transport.json('POST', path`/v1/questions/${id}/answer`, { body: { value, by } })
  }
}
