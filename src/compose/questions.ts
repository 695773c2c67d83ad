import type { QuestionsRequest } from '../service/questions/read.ts'
import type { Service } from '../service/service.ts'
import type { Page } from '../wire/cursor.ts'
import type { QuestionWire } from '../wire/question.ts'
import type { AskFor, CallerFor } from './askFor.ts'
import { asJson } from './json.ts'
import { known } from './known.ts'

/** Questions for the program that holds the service. By the same rules as over HTTP. */
export type Questions = {
  /** A page of the open ones, newest first. */
  list(filters?: QuestionsRequest, options?: AskFor): Promise<Page<QuestionWire>>
  get(id: string, options?: AskFor): Promise<QuestionWire>
  /** Answers a question, once, and gives it as it is then. */
  answer(id: string, answer: { readonly value: unknown; readonly by?: string }, options?: AskFor): Promise<QuestionWire>
}

/** The questions of a service, for the program that holds it. */
export function questionsOf({ questions }: Service, callerFor: CallerFor): Questions {
  return {
    list: async (filters = {}, askFor = {}) =>
      questions.list(await callerFor(askFor), known(filters, { jobId: 1, metadata: 1, limit: 1, cursor: 1 })),
    get: async (id, askFor = {}) => questions.read(await callerFor(askFor), id),
    answer: async (id, given, askFor = {}) =>
      questions.answer(await callerFor(askFor), { id, given: asJson(given).value }),
  }
}
