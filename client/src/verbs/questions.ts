import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import type { Question } from '../types.ts'
import { type Labels, labels } from './labels.ts'
import { path } from './path.ts'

/** All given must hold. */
export type QuestionFilters = {
  readonly job_id?: string | undefined
  /** Labels of the job that asks. */
  readonly metadata?: Labels | undefined
  /** Rows a page, 1 to 200. */
  readonly limit?: number | undefined
}

/** What jobs ask people, or programs. */
export class Questions {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Open ones, newest first. */
  list({ metadata, ...filters }: QuestionFilters = {}): List<Question> {
    return new List(this.#transport, '/v1/questions', { ...filters, ...labels(metadata) })
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
