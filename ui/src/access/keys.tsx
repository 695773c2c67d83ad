import type { Key } from '@conduit-jobs/client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty, Loading, Moment, Problem } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { SecretOnce } from '../parts/secretOnce.tsx'
import { service } from '../service.ts'
import { texts } from '../texts.ts'
import { MakeKey } from './makeKey.tsx'

const t = texts.access
type KeyRow = Key & { expires_at?: string | null }

export function KeysTab() {
  const queries = useQueryClient()
  const [isMaking, setMaking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [revoking, setRevoking] = useState<KeyRow | null>(null)
  const { data, error } = useQuery({ queryKey: ['keys'], queryFn: () => Array.fromAsync(service.keys.list()) })
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['keys'] })
  const revoke = useMutation({
    mutationFn: (id: string) => service.keys.revoke(id),
    onSuccess: async () => {
      setRevoking(null)
      await refresh()
    },
  })
  const rotate = useMutation({
    mutationFn: (id: string) =>
      service.request<{ secret: string }>('POST', `/v1/keys/${encodeURIComponent(id)}/rotate`, { body: {} }),
    onSuccess: ({ secret: fresh }) => setSecret(fresh),
  })
  return (
    <div className="stack">
      <div className="spread">
        <p className="muted">{t.keysText}</p>
        <button type="button" className="button primary" onClick={() => setMaking(true)}>
          {t.makeKey}
        </button>
      </div>
      {error !== null && <Problem error={error} />}
      {rotate.error !== null && <Problem error={rotate.error} />}
      {data === undefined && error === null && <Loading />}
      {data?.length === 0 && <Empty title={t.noKeys}>{t.noKeysText}</Empty>}
      {data !== undefined && data.length > 0 && (
        <section className="panel scroll">
          <table>
            <thead>
              <tr>
                <th>{t.name}</th>
                <th>{t.tenant}</th>
                <th>{t.scopes}</th>
                <th>{t.lastUse}</th>
                <th>{t.ends}</th>
                <th>
                  <span className="hidden">{t.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {(data as readonly KeyRow[]).map((key) => (
                <tr key={key.id}>
                  <td className="breaks">
                    {key.name}
                    <br />
                    <code className="muted">{key.id}</code>
                  </td>
                  <td>{key.tenant}</td>
                  <td>
                    <div className="row tight">
                      {[...key.scopes, ...key.tags].map((scope) => (
                        <span key={scope} className="chip">
                          {scope}
                        </span>
                      ))}
                    </div>
                  </td>
                  <td>
                    <Moment at={key.last_used_at} />
                  </td>
                  <td>
                    {key.revoked_at !== null ? (
                      <span className="badge bad">{t.revoked}</span>
                    ) : (
                      <Moment at={key.expires_at} />
                    )}
                  </td>
                  <td className="right nowrap">
                    {key.revoked_at === null && (
                      <span className="row tight">
                        <button type="button" className="button small" onClick={() => rotate.mutate(key.id)}>
                          {t.rotate}
                        </button>
                        <button type="button" className="button small danger" onClick={() => setRevoking(key)}>
                          {t.revoke}
                        </button>
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {isMaking && (
        <MakeKey
          isFirst={data?.length === 0}
          onClose={() => setMaking(false)}
          onMade={(fresh) => {
            setMaking(false)
            setSecret(fresh)
          }}
        />
      )}
      {revoking !== null && (
        <Dialog
          title={t.askRevoke(revoking.name)}
          action={t.revoke}
          danger
          onClose={() => setRevoking(null)}
          onAction={() => revoke.mutate(revoking.id)}
          isBusy={revoke.isPending}
          error={revoke.error}
        >
          <p>{t.askRevokeText}</p>
        </Dialog>
      )}
      {secret !== null && (
        <SecretOnce
          title={t.newKey}
          secret={secret}
          onClose={() => {
            setSecret(null)
            void queries.invalidateQueries()
          }}
        />
      )}
    </div>
  )
}
