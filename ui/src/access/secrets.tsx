import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty, Loading, Moment, Nothing, Problem } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { InputField } from '../parts/field.tsx'
import { listOf } from '../parts/listOf.ts'
import { More, usePages } from '../parts/pages.tsx'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'

const t = texts.access
const COMMAND = 'printf %s "$TOKEN" | npx conduit secrets set SHOP_TOKEN --hosts api.example.com'

/** Secrets are written, never read. */
export function SecretsTab() {
  const queries = useQueryClient()
  const may = useMay()
  const [isWriting, setWriting] = useState(false)
  const [deleting, setDeleting] = useState<string | null>(null)
  const { rows, error, more } = usePages(['secrets'], (cursor) => service.secrets.list().page(cursor))
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['secrets'] })
  const remove = useMutation({
    mutationFn: (name: string) => service.request('DELETE', `/v1/secrets/${encodeURIComponent(name)}`),
    onSuccess: async () => {
      setDeleting(null)
      await refresh()
    },
  })
  return (
    <div className="stack">
      <div className="spread">
        <p className="muted">{t.secretsText}</p>
        {may('secrets:write') && (
          <button type="button" className="button primary" onClick={() => setWriting(true)}>
            {t.writeSecret}
          </button>
        )}
      </div>
      {error !== null && <Problem error={error} />}
      {rows === undefined && error === null && <Loading />}
      {rows?.length === 0 && (
        <Empty title={t.noSecrets} command={COMMAND}>
          <p>{t.noSecretsText}</p>
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <section className="panel scroll">
          <table className="stacks">
            <thead>
              <tr>
                <th>{t.name}</th>
                <th>{t.hosts}</th>
                <th>{t.tags}</th>
                <th>{t.written}</th>
                <th>{t.lastUse}</th>
                <th>
                  <span className="hidden">{t.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((secret) => (
                <tr key={secret.name}>
                  <td>
                    <code className="breaks">{secret.name}</code>
                    <p className="muted small">{secret.description}</p>
                  </td>
                  <td className="breaks" data-head={t.hosts}>
                    {(secret.hosts ?? []).join(', ') || t.anywhere}
                  </td>
                  <td className="breaks" data-head={t.tags}>
                    {secret.tags.join(', ') || <Nothing />}
                  </td>
                  <td data-head={t.written}>
                    <Moment at={secret.updated_at} />
                  </td>
                  <td data-head={t.lastUse}>
                    <Moment at={secret.last_used_at} />
                  </td>
                  <td className="right">
                    {may('secrets:write') && (
                      <button type="button" className="button small danger" onClick={() => setDeleting(secret.name)}>
                        {t.delete}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <More more={more} />
      {isWriting && (
        <WriteSecret
          onClose={() => setWriting(false)}
          onWritten={() => {
            setWriting(false)
            void refresh()
          }}
        />
      )}
      {deleting !== null && (
        <Dialog
          title={t.askDeleteSecret(deleting)}
          action={t.delete}
          danger
          onClose={() => setDeleting(null)}
          onAction={() => remove.mutate(deleting)}
          isBusy={remove.isPending}
          error={remove.error}
        >
          <p>{t.askDeleteSecretText}</p>
        </Dialog>
      )}
    </div>
  )
}

function WriteSecret({ onClose, onWritten }: { onClose: () => void; onWritten: () => void }) {
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const [hosts, setHosts] = useState('')
  const [tags, setTags] = useState('')
  const write = useMutation({
    mutationFn: () =>
      service.request('PUT', `/v1/secrets/${encodeURIComponent(name)}`, {
        body: { value, ...listed('hosts', hosts), ...listed('tags', tags) },
      }),
    onSuccess: onWritten,
  })
  return (
    <Dialog
      title={t.writeSecret}
      action={texts.save}
      onAction={() => write.mutate()}
      onClose={onClose}
      isBusy={write.isPending}
      error={write.error}
    >
      <InputField
        label={t.name}
        className="input code"
        required
        pattern="[A-Za-z][A-Za-z0-9_]*"
        value={name}
        onChange={setName}
      />
      <InputField
        label={texts.value}
        refused={{ error: write.error, at: '/value' }}
        className="input code"
        type="password"
        autoComplete="off"
        required
        minLength={8}
        value={value}
        onChange={setValue}
      />
      <InputField
        label={t.hosts}
        refused={{ error: write.error, at: '/hosts' }}
        placeholder="api.example.com, *.example.com"
        value={hosts}
        onChange={setHosts}
      />
      <InputField label={t.tags} refused={{ error: write.error, at: '/tags' }} value={tags} onChange={setTags} />
    </Dialog>
  )
}

function listed(name: string, text: string): object {
  const parts = listOf(text)
  return parts.length === 0 ? {} : { [name]: parts }
}
