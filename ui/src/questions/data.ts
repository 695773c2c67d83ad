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

/** Open questions, newest first; of one job where it is named. */
export async function openQuestions(jobId?: string): Promise<readonly Question[]> {
  const { data } = await service.request<{ data: readonly Question[] }>('GET', '/v1/questions', {
    query: { job_id: jobId, limit: 200 },
  })
  return data
}

export async function answer(id: string, value: unknown): Promise<Question> {
  return await service.request('POST', `/v1/questions/${encodeURIComponent(id)}/answer`, { body: { value } })
}
