import { useId } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Loading, Nothing, Panel, Problem } from '../parts/basics.tsx'
import { refusalsAt } from '../parts/field.tsx'
import { number } from '../parts/format.ts'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'
import { useKeys } from './data.ts'

const t = texts.access
type Bounds = Record<string, unknown> & { used?: Record<string, number | null> }

/** What a tenant may use at once, beside what it uses. */
export function LimitsTab({ tenant: own }: { tenant: string }) {
  const [address, change] = useAddress()
  const tenant = address.get('tenant') ?? own
  const queries = useQueryClient()
  const say = useSay()
  const key = ['limits', tenant]
  const { data, error } = useQuery({ queryKey: key, queryFn: async () => (await service.limits.get(tenant)) as Bounds })
  const save = useMutation({
    mutationFn: (limits: Record<string, number | null>) => service.limits.set(tenant, limits),
    onSuccess: async () => {
      say(t.limitsSaved)
      await queries.invalidateQueries({ queryKey: key })
    },
  })
  const names = Object.keys(data ?? {}).filter((name) => name !== 'tenant' && name !== 'used')
  return (
    <div className="stack">
      <TenantChoice tenant={tenant} onChoose={(one) => change({ tenant: one }, 'step')} />
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <Panel title={t.limitsOf(tenant)}>
          <form
            // What is typed stays when only the use has changed.
            key={JSON.stringify(names.map((name) => data[name]))}
            onSubmit={(event) => {
              event.preventDefault()
              const form = new FormData(event.currentTarget)
              save.mutate(
                Object.fromEntries(names.map((name) => [name, form.get(name) === '' ? null : Number(form.get(name))])),
              )
            }}
          >
            <div className="scroll">
              <table className="middle">
                <thead>
                  <tr>
                    <th>{t.limit}</th>
                    <th className="right">{t.used}</th>
                    <th>{t.bound}</th>
                  </tr>
                </thead>
                <tbody>
                  {names.map((name) => (
                    <Limit key={name} name={name} bound={data[name]} used={data.used?.[name]} error={save.error} />
                  ))}
                </tbody>
              </table>
            </div>
            <div className="panel-body stack tight">
              {save.error !== null && <Problem error={save.error} />}
              <div>
                <button type="submit" className="button primary" disabled={save.isPending}>
                  {texts.save}
                </button>
              </div>
            </div>
          </form>
        </Panel>
      )}
    </div>
  )
}

/** Whose limits are shown: of the tenants that have keys, or of any that is typed. */
function TenantChoice({ tenant, onChoose }: { tenant: string; onChoose: (tenant: string) => void }) {
  const list = useId()
  const tenants = new Set((useKeys().data ?? []).map((key) => key.tenant))
  return (
    <form
      key={tenant}
      className="row"
      onSubmit={(event) => {
        event.preventDefault()
        const value = new FormData(event.currentTarget).get('tenant')
        if (typeof value === 'string' && value !== '') onChoose(value)
      }}
    >
      <label className="field">
        <span>{t.tenant}</span>
        <input className="input" name="tenant" list={list} defaultValue={tenant} />
      </label>
      <datalist id={list}>
        {[...tenants].map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <button type="submit" className="button align-end">
        {t.show}
      </button>
    </form>
  )
}

type LimitProps = { name: string; bound: unknown; used: number | null | undefined; error: unknown }

/** A bound beside its use; what was refused of it stands below it. */
function Limit({ name, bound, used, error }: LimitProps) {
  const id = useId()
  const label = name.replaceAll('_', ' ')
  const refused = refusalsAt(error, `/${name}`, label)
  return (
    <tr>
      <td>
        <label htmlFor={id}>{label}</label>
      </td>
      <td className="right numbers">{typeof used === 'number' ? number(used) : <Nothing />}</td>
      <td>
        <input
          id={id}
          name={name}
          className="input"
          type="number"
          min={0}
          placeholder={t.unlimited}
          defaultValue={typeof bound === 'number' ? bound : ''}
          aria-invalid={refused.length > 0}
          aria-describedby={refused.length > 0 ? `${id}-said` : undefined}
        />
        {refused.length > 0 && (
          <small id={`${id}-said`} className="bad breaks">
            {refused.join('; ')}
          </small>
        )}
      </td>
    </tr>
  )
}
