import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Loading, Problem } from '../parts/basics.tsx'
import { part } from '../parts/part.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { answer, openQuestions, type Question } from './data.ts'

const SchemaForm = part(async () => (await import('../parts/schemaForm.tsx')).SchemaForm)

/** The form of the question that a step of a job asks. */
export function AnswerForm({ jobId, stepPath }: { jobId: string; stepPath: string }) {
  const may = useMay()
  const { data, error } = useQuery({
    queryKey: ['questions', jobId],
    queryFn: () => openQuestions({ jobId }),
    enabled: may('questions:read'),
  })
  if (error !== null) return <Problem error={error} />
  const question = data?.data.find(({ step }) => step === stepPath)
  return question === undefined ? null : <Answer question={question} />
}

/** A question's form; its button answers it. */
export function Answer({ question }: { question: Question }) {
  const queries = useQueryClient()
  const may = useMay()
  const send = useMutation({
    mutationFn: (value: unknown) => answer(question.id, value),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['questions'] }),
        queries.invalidateQueries({ queryKey: ['job', question.job_id] }),
      ]),
  })
  const told = question.text !== null && <p className="breaks">{question.text}</p>
  if (!may('questions:answer')) return told
  return (
    <div className="stack tight">
      {told}
      <Suspense fallback={<Loading rows={2} />}>
        <SchemaForm
          schema={question.form}
          submit={texts.questions.answer}
          isBusy={send.isPending}
          refused={{ error: send.error, sentAs: '/value' }}
          onSubmit={(value) => send.mutate(value)}
        />
      </Suspense>
      {send.error !== null && <Problem error={send.error} />}
    </div>
  )
}
