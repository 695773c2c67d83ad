import { useId } from 'react'
import { Field, InputField } from '../parts/field.tsx'
import { texts } from '../texts.ts'
import type { CatchUp, Overlap, PartProps } from './draft.ts'

const t = texts.schedules
const OVERLAPS: Readonly<Record<Overlap, string>> = t.overlaps
const CATCH_UPS: Readonly<Record<CatchUp, string>> = t.catchUps
const ZONES = Intl.supportedValuesOf('timeZone')

/** When it fires: an expression in a time zone, or an interval. */
export function WhenFields({ draft, onChange, error }: PartProps) {
  const zones = useId()
  return (
    <div className="fields">
      <Field label={t.when}>
        {(state) => (
          <select
            className="input"
            value={draft.kind}
            onChange={({ target }) => onChange({ kind: target.value === 'cron' ? 'cron' : 'every' })}
            {...state}
          >
            <option value="cron">{t.byCron}</option>
            <option value="every">{t.byInterval}</option>
          </select>
        )}
      </Field>
      {draft.kind === 'every' ? (
        <InputField
          label={t.every}
          hint={t.everyHint}
          refused={{ error, at: '/every' }}
          className="input code"
          required
          placeholder="15m"
          value={draft.every}
          onChange={(text) => onChange({ every: text })}
        />
      ) : (
        <>
          <InputField
            label={t.timezone}
            refused={{ error, at: '/timezone' }}
            required
            list={zones}
            value={draft.timezone}
            onChange={(text) => onChange({ timezone: text })}
          />
          <datalist id={zones}>
            {ZONES.map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
          <InputField
            label={t.cron}
            hint={t.cronHint}
            wide
            refused={{ error, at: '/cron' }}
            className="input code"
            required
            placeholder="0 3 * * 1-5"
            value={draft.cron}
            onChange={(text) => onChange({ cron: text })}
          />
        </>
      )}
    </div>
  )
}

/** What happens where firings meet or were missed, and between which moments there are any. */
export function RuleFields({ draft, onChange, error }: PartProps) {
  return (
    <div className="fields">
      <Field label={t.overlap} refused={{ error, at: '/overlap' }}>
        {(state) => (
          <select
            className="input"
            value={draft.overlap}
            onChange={({ target }) => onChange({ overlap: target.value as Overlap })}
            {...state}
          >
            {Object.entries(OVERLAPS).map(([name, said]) => (
              <option key={name} value={name}>
                {said}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t.catchUp} refused={{ error, at: '/catch_up' }}>
        {(state) => (
          <select
            className="input"
            value={draft.catchUp}
            onChange={({ target }) => onChange({ catchUp: target.value as CatchUp })}
            {...state}
          >
            {Object.entries(CATCH_UPS).map(([name, said]) => (
              <option key={name} value={name}>
                {said}
              </option>
            ))}
          </select>
        )}
      </Field>
      <MomentField
        label={t.start}
        at="/start_at"
        value={draft.startAt}
        error={error}
        onChange={(startAt) => onChange({ startAt })}
      />
      <MomentField
        label={t.end}
        at="/end_at"
        value={draft.endAt}
        error={error}
        onChange={(endAt) => onChange({ endAt })}
      />
    </div>
  )
}

type MomentProps = { label: string; at: string; value: string; error: unknown; onChange: (value: string) => void }

function MomentField({ label, at, value, error, onChange }: MomentProps) {
  return <InputField label={label} refused={{ error, at }} type="datetime-local" value={value} onChange={onChange} />
}
