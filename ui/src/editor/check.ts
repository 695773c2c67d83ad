import { ConduitProblem, type FieldError } from '@conduit-jobs/client'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { service } from '../service.ts'
import { contentAsJob, isNamed, nameOf } from './definition.ts'
import { objectIn, wrongIn } from './text.ts'

export type Problem = {
  readonly pointer: string
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly detail: string
  readonly suggestion: string | null
}

type CheckedStep = { readonly id: string; readonly position: number; readonly status: { readonly name: string } }
export type Check = {
  readonly problems: readonly Problem[]
  readonly steps: readonly CheckedStep[]
  readonly isChecking: boolean
  readonly error: unknown
}

type Values = Readonly<Record<string, unknown>> | null

const QUIET_MS = 400

/** What the service thinks of a definition with these values, asked when its writer pauses. */
export function useCheck(text: string, values: Values): Check {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), QUIET_MS)
    return () => clearTimeout(timer)
  }, [text])
  const definition = objectIn(settled)
  const { data, error, isFetching } = useQuery({
    queryKey: ['validate', settled, values],
    queryFn: async ({ signal }) => {
      try {
        return await validate(definition, values, signal)
      } catch (reason) {
        if (reason instanceof ConduitProblem && reason.errors.length > 0)
          return { steps: [], problems: reason.errors.map(asProblem) }
        throw reason
      }
    },
    enabled: definition !== undefined,
    placeholderData: (before) => before,
    staleTime: 60_000,
  })
  const broken = wrongIn(settled)
  const problems =
    broken === null ? (data?.problems ?? problemsOf(data?.steps ?? [])) : [asProblem({ pointer: '', detail: broken })]
  return { problems, steps: data?.steps ?? [], isChecking: isFetching || settled !== text, error }
}

/** What is to be put under a name is judged as that, anything else as a job that is posted. */
async function validate(
  definition: unknown,
  values: Values,
  signal: AbortSignal,
): Promise<Omit<Check, 'error' | 'isChecking'>> {
  if (!isNamed(definition))
    return await service.request('POST', '/v1/jobs/validate', { body: contentAsJob(definition, values), signal })
  const { name: _name, ...content } = definition
  return await service.request('POST', `/v1/definitions/${nameOf(definition) || 'draft'}/validate`, {
    body: content,
    signal,
  })
}

/** What is wrong, in words; what is meant instead where they don't say so. */
export function inWords({ detail, suggestion }: Problem): string {
  return suggestion === null || detail.includes(suggestion) ? detail : `${detail} (${suggestion}?)`
}

/** What was refused of a text when it was run or saved. */
export type Refusal = { readonly error: unknown; readonly text: string }

/** What is known to be wrong with a text: by the check, and by what was refused of it, which the check may not know. */
export function allProblems(checked: readonly Problem[], refusal: Refusal | null, text: string): readonly Problem[] {
  if (refusal === null || refusal.text !== text || !(refusal.error instanceof ConduitProblem)) return checked
  const isTold = ({ pointer, detail }: FieldError): boolean =>
    checked.some((one) => one.pointer === pointer && one.detail === detail)
  return [...checked, ...refusal.error.errors.filter((one) => !isTold(one)).map(asProblem)]
}

function asProblem({ pointer, detail }: { pointer: string; detail: string }): Problem {
  return { pointer, severity: 'error', code: 'invalid', detail, suggestion: null }
}

/** For a service that tells statuses alone. */
function problemsOf(steps: readonly CheckedStep[]): Problem[] {
  return steps
    .filter(({ status }) => status.name !== 'NONE')
    .map(({ position, status }) => asProblem({ pointer: `/steps/${position - 1}/action`, detail: status.name }))
}
