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
  const [parameters, setParameters] = useState<string | null>(null)
  const [, navigate] = useLocation()
  const places = [...new Set([step, job.failed_step])].filter((path) => path !== null)
  const changed = from === '' ? (job.failed_step ?? step) : from
  const { data } = useQuery({
    queryKey: ['job', job.id, 'written', changed],
    queryFn: () =>
      service.request<StepView>(
        'GET',
        `/v1/jobs/${encodeURIComponent(job.id)}/steps/${encodeURIComponent(changed ?? '')}`,
      ),
    enabled: changed !== null,
  })
  const again = useMutation({
    mutationFn: async () => {
      const given = parsed(variables, t.rerunVariables)
      return await rerun(job.id, {
        local_values: parsed(locals, t.rerunLocals),
        ...(JSON.stringify(given) === '{}' ? {} : { variables: given }),
        ...(parameters === null || changed === null
          ? {}
          : { steps: { [changed]: { parameters: parsed(parameters, t.rerunParameters(changed)) } } }),
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
      {changed !== null && (
        <details>
          <summary>{t.rerunParameters(changed)}</summary>
          <JsonField
            label={t.rerunParameters(changed)}
            refused={{ error, at: `/steps/${changed.replaceAll('~', '~0').replaceAll('/', '~1')}` }}
            text={parameters ?? JSON.stringify(data?.parameters ?? {}, null, 2)}
            onChange={setParameters}
          />
        </details>
      )}
    </Dialog>
  )
}
