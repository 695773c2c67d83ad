import type { KeyInput } from '@conduit-jobs/client'
import { texts } from '../texts.ts'

/** In the order in which they are offered; one that the service knows and that is missing here does not compile. */
const OFFERED = {
  'jobs:read': true,
  'jobs:write': true,
  'definitions:read': true,
  'definitions:write': true,
  'schedules:read': true,
  'schedules:write': true,
  'questions:read': true,
  'questions:answer': true,
  'secrets:read': true,
  'secrets:write': true,
  webhooks: true,
  'blocks:read': true,
  metrics: true,
  admin: true,
} satisfies Record<KeyInput['scopes'][number], true>

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
      {Object.keys(OFFERED).map((scope) => (
        <label key={scope} className="check">
          <input type="checkbox" checked={chosen.has(scope)} onChange={() => toggle(scope)} />
          <code>{scope}</code>
        </label>
      ))}
    </fieldset>
  )
}
