import { service } from '../service.ts'

export type Question = {
  readonly id: string
  readonly job_id: string
  readonly job_name: string | null
  readonly step: string
  readonly title: string | null
  readonly text: string | null
  readonly form: Record<string, unknown>
  readonly to: string | null
  readonly state: string
  readonly asked_at: string
  readonly until: string | null
  readonly answer: { readonly value: unknown; readonly by: string; readonly at: string } | null
  readonly metadata: Readonly<Record<string, string>>
}

type QuestionPage = { readonly data: readonly Question[]; readonly next_cursor: string | null }

/** A page of open questions, newest first; of one job where it is named. */
export async function openQuestions(
  { jobId }: { readonly jobId?: string } = {},
  cursor: string | null = null,
): Promise<QuestionPage> {
  return await service.request('GET', '/v1/questions', { query: { job_id: jobId, limit: 200, cursor } })
}

export async function answer(id: string, value: unknown): Promise<Question> {
  return await service.request('POST', `/v1/questions/${encodeURIComponent(id)}/answer`, { body: { value } })
}
