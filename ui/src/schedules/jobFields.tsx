import { useQuery } from '@tanstack/react-query'
import { Suspense, useId } from 'react'
import { Loading } from '../parts/basics.tsx'
import { Field, InputField, JsonField } from '../parts/field.tsx'
import { part } from '../parts/part.ts'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { localsIn, type PartProps, withLocals } from './draft.ts'

const SchemaForm = part(async () => (await import('../parts/schemaForm.tsx')).SchemaForm)
const t = texts.schedules

/** What each firing makes: a job by a definition's name with its inputs as a form, or one of steps of its own. */
export function JobFields({ draft, onChange, error }: PartProps) {
  const names = useId()
  const found = useDefinitionsLike(draft.definition)
  const inputs = found.find(({ name }) => name === draft.definition)?.['inputs']
  const values = localsIn(draft.rest)
  // What was filled into one definition's form is nothing to another.
  const rename = (definition: string): void =>
    onChange({ definition, ...(isSchema(inputs) ? { rest: withLocals(draft.rest, undefined) } : {}) })
  return (
    <>
      <div className="fields">
        <Field label={t.runs}>
          {(state) => (
            <select
              className="input"
              value={draft.runs}
              onChange={({ target }) => onChange({ runs: target.value === 'steps' ? 'steps' : 'definition' })}
              {...state}
            >
              <option value="definition">{t.aDefinition}</option>
              <option value="steps">{t.ownSteps}</option>
            </select>
          )}
        </Field>
        {draft.runs === 'definition' && (
          <InputField
            label={t.definition}
            refused={{ error, at: '/job/definition' }}
            className="input code"
            required
            list={names}
            value={draft.definition}
            onChange={rename}
          />
        )}
        <datalist id={names}>
          {found.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      {draft.runs === 'steps' && (
        <JsonField
          label={t.job}
          hint={t.jobHint}
          refused={{ error, at: '/job' }}
          text={draft.steps}
          onChange={(steps) => onChange({ steps })}
        />
      )}
      {draft.runs === 'definition' && isSchema(inputs) && values !== undefined && (
        <Suspense fallback={<Loading />}>
          <SchemaForm
            schema={inputs}
            value={values}
            refused={{ error, sentAs: '/job/local_values' }}
            onChange={(given) => onChange({ rest: withLocals(draft.rest, given) })}
          />
        </Suspense>
      )}
      {draft.runs === 'definition' && (
        <details>
          <summary>{t.rest}</summary>
          <JsonField
            label={t.rest}
            hint={t.jobHint}
            refused={{ error, at: '/job' }}
            text={draft.rest}
            onChange={(rest) => onChange({ rest })}
          />
        </details>
      )}
    </>
  )
}

function isSchema(inputs: unknown): inputs is Record<string, unknown> {
  return inputs !== null && typeof inputs === 'object' && 'properties' in inputs
}

/** Definitions whose names begin as what is typed, with what they declare. */
function useDefinitionsLike(typed: string) {
  const may = useMay()
  const { data } = useQuery({
    queryKey: ['definitions', 'like', typed],
    queryFn: () => service.definitions.list({ limit: 50, ...(typed === '' ? {} : { name_prefix: typed }) }).page(),
    enabled: may('definitions:read'),
    placeholderData: (before) => before,
  })
  return data?.data ?? []
}
