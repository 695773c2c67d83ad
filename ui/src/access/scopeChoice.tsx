import { texts } from '../texts.ts'

const SCOPES = [
  'jobs:read',
  'jobs:write',
  'definitions:read',
  'definitions:write',
  'schedules:read',
  'schedules:write',
  'questions:read',
  'questions:answer',
  'secrets:read',
  'secrets:write',
  'webhooks',
  'blocks:read',
  'metrics',
  'admin',
]

type Props = { chosen: ReadonlySet<string>; onChange: (scopes: ReadonlySet<string>) => void }

/** What a key may do: each scope to be ticked. */
export function ScopeChoice({ chosen, onChange }: Props) {
  const toggle = (scope: string): void => {
    const next = new Set(chosen)
    if (!next.delete(scope)) next.add(scope)
    onChange(next)
  }
  return (
    <fieldset className="choices">
      <legend>{texts.access.scopes}</legend>
      {SCOPES.map((scope) => (
        <label key={scope} className="check">
          <input type="checkbox" checked={chosen.has(scope)} onChange={() => toggle(scope)} />
          <code>{scope}</code>
        </label>
      ))}
    </fieldset>
  )
}
