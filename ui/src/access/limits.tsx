import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Loading, Nothing, Panel, Problem } from '../parts/basics.tsx'
import { number } from '../parts/format.ts'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'

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
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault()
          const value = new FormData(event.currentTarget).get('tenant')
          if (typeof value === 'string' && value !== '') change({ tenant: value })
        }}
      >
        <label className="field">
          <span>{t.tenant}</span>
          <input className="input" name="tenant" defaultValue={tenant} />
        </label>
        <button type="submit" className="button align-end">
          {t.show}
        </button>
      </form>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <Panel title={t.limitsOf(tenant)}>
          <form
            key={JSON.stringify(data)}
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
                    <tr key={name}>
                      <td>
                        <label htmlFor={`limit-${name}`}>{name.replaceAll('_', ' ')}</label>
                      </td>
                      <td className="right numbers">
                        {typeof data.used?.[name] === 'number' ? number(data.used[name]) : <Nothing />}
                      </td>
                      <td>
                        <input
                          id={`limit-${name}`}
                          name={name}
                          className="input"
                          type="number"
                          min={0}
                          placeholder={t.unlimited}
                          defaultValue={typeof data[name] === 'number' ? data[name] : ''}
                        />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <div className="panel-body row">
              <button type="submit" className="button primary" disabled={save.isPending}>
                {texts.save}
              </button>
              {save.error !== null && <Problem error={save.error} />}
            </div>
          </form>
        </Panel>
      )}
    </div>
  )
}
