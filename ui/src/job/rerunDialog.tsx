import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Dialog } from '../parts/dialog.tsx'
import { Field, JsonField } from '../parts/field.tsx'
import { parsed } from '../parts/parsed.ts'
import { service } from '../service.ts'
import { texts } from '../texts.ts'
import type { JobView, StepView } from '../wire.ts'
import { rerun } from './rerun.ts'

const t = texts.job

/** Runs a job again with other values: whole or from a step, with other local values, variables, parameters of a step. */
export function RerunDialog({ job, step, onClose }: { job: JobView; step: string | null; onClose: () => void }) {
  const [from, setFrom] = useState('')
  const [locals, setLocals] = useState(JSON.stringify(job.local_values, null, 2))
  const [variables, setVariables] = useState('{}')
  const [parameters, setParameters] = useState<Readonly<Record<string, string>>>({})
  const [, navigate] = useLocation()
  const places = [...new Set([step, job.failed_step])].filter((path) => path !== null)
  const again = useMutation({
    mutationFn: async () => {
      const given = parsed(variables, t.rerunVariables)
      const steps = Object.entries(parameters).map(
        ([path, text]) => [path, { parameters: parsed(text, t.rerunParameters(path)) }] as const,
      )
      return await rerun(job.id, {
        local_values: changedOf(parsed(locals, t.rerunLocals), job.local_values),
        ...(JSON.stringify(given) === '{}' ? {} : { variables: given }),
        ...(steps.length === 0 ? {} : { steps: Object.fromEntries(steps) }),
        ...(from === '' ? {} : { from }),
      })
    },
    onSuccess: ({ id }) => navigate(`/jobs/${encodeURIComponent(id)}`),
  })
  const { error } = again
  return (
    <Dialog
      title={t.rerunTitle}
      action={t.run}
      onClose={onClose}
      onAction={() => again.mutate()}
      isBusy={again.isPending}
      error={error}
    >
      <Field label={t.rerunFrom} refused={{ error, at: '/from' }}>
        {(state) => (
          <select className="input" value={from} onChange={({ target }) => setFrom(target.value)} {...state}>
            <option value="">{t.rerunFromWhole}</option>
            {places.map((path) => (
              <option key={path}>{path}</option>
            ))}
          </select>
        )}
      </Field>
      <JsonField label={t.rerunLocals} refused={{ error, at: '/local_values' }} text={locals} onChange={setLocals} />
      <details>
        <summary>{t.rerunVariables}</summary>
        <JsonField
          label={t.rerunVariables}
          refused={{ error, at: '/variables' }}
          text={variables}
          onChange={setVariables}
        />
      </details>
      {places.map((path) => (
        <ParametersField
          key={path}
          jobId={job.id}
          path={path}
          error={error}
          text={parameters[path]}
          onChange={(text) => setParameters({ ...parameters, [path]: text })}
        />
      ))}
    </Dialog>
  )
}

/** What is written over the values of then, key by key: one that stays is left out, so that a secret one stays too. */
function changedOf(values: unknown, before: unknown): unknown {
  if (!isObject(values) || !isObject(before)) return values
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type ParametersProps = {
  jobId: string
  path: string
  error: unknown
  /** Undefined: they stay as they were written. */
  text: string | undefined
  onChange: (text: string) => void
}

function ParametersField({ jobId, path, error, text, onChange }: ParametersProps) {
  const { data } = useQuery({
    queryKey: ['job', jobId, 'written', path],
    queryFn: () =>
      service.request<StepView>('GET', `/v1/jobs/${encodeURIComponent(jobId)}/steps/${encodeURIComponent(path)}`),
  })
  return (
    <details>
      <summary>{t.rerunParameters(path)}</summary>
      <JsonField
        label={t.rerunParameters(path)}
        refused={{ error, at: `/steps/${path.replaceAll('~', '~0').replaceAll('/', '~1')}` }}
        text={text ?? JSON.stringify(data?.parameters ?? {}, null, 2)}
        onChange={onChange}
      />
    </details>
  )
}
