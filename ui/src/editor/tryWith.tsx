import { Suspense } from 'react'
import { Loading } from '../parts/basics.tsx'
import { part } from '../parts/part.ts'
import { texts } from '../texts.ts'
import { hasSecrets } from './definition.ts'
import { objectIn, wrongIn } from './text.ts'

const SchemaForm = part(async () => (await import('../parts/schemaForm.tsx')).SchemaForm)
const t = texts.editor

type Props = { inputs: unknown; text: string; onChange: (text: string, isSecret?: boolean) => void }

/** Local values to try a definition with: a form where it declares its inputs, else JSON. */
export function ValuesPanel({ inputs, text, onChange }: Props) {
  const isSecret = hasSecrets(inputs)
  const isForm = inputs !== null && typeof inputs === 'object' && 'properties' in inputs
  return (
    <details className="panel" open={isForm}>
      <summary className="panel-body">{t.values}</summary>
      <div className="panel-body stack tight">
        {isSecret && <p className="callout wait">{t.secretValues}</p>}
        {isForm ? (
          <Suspense fallback={<Loading />}>
            <SchemaForm
              schema={inputs as Record<string, unknown>}
              value={objectIn(text) ?? {}}
              onChange={(value) => onChange(JSON.stringify(value), isSecret)}
            />
          </Suspense>
        ) : (
          <Written
            label={t.values}
            hint={t.valuesHint}
            text={text}
            onChange={onChange}
            isWrong={text.trim() !== '' && objectIn(text) === undefined}
          />
        )}
      </div>
    </details>
  )
}

/** What stands in the dry run for steps that would touch the outside. */
export function MocksPanel({ text, onChange }: Omit<Props, 'inputs'>) {
  return (
    <details className="panel">
      <summary className="panel-body">{t.mocks}</summary>
      <div className="panel-body">
        <Written
          label={t.mocks}
          hint={t.mocksHint}
          text={text}
          onChange={onChange}
          isWrong={objectIn(text) === undefined}
        />
      </div>
    </details>
  )
}

type WrittenProps = { label: string; hint: string; text: string; isWrong: boolean; onChange: (text: string) => void }

function Written({ label, hint, text, isWrong, onChange }: WrittenProps) {
  return (
    <label className="field">
      <span className="muted small">{hint}</span>
      <textarea
        className="input code"
        rows={4}
        aria-label={label}
        aria-invalid={isWrong}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
      {isWrong && <span className="bad small">{wrongIn(text) ?? t.unreadable.json}</span>}
    </label>
  )
}
