import type { Key } from '@conduit-jobs/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty, Loading, Problem } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { SecretOnce } from '../parts/secretOnce.tsx'
import { service } from '../service.ts'
import { texts } from '../texts.ts'
import { ChangeKey, RotateKey } from './changeKey.tsx'
import { useKeys } from './data.ts'
import { KeyTable } from './keyTable.tsx'
import { MakeKey } from './makeKey.tsx'

const t = texts.access
type Asked = { readonly key: Key; readonly what: 'change' | 'rotate' | 'revoke' }

export function KeysTab() {
  const queries = useQueryClient()
  const [isMaking, setMaking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [asked, ask] = useState<Asked | null>(null)
  const { data, error } = useKeys()
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['keys'] })
  const revoke = useMutation({
    mutationFn: (id: string) => service.keys.revoke(id),
    onSuccess: () => done(),
  })
  const done = async (): Promise<void> => {
    ask(null)
    await refresh()
  }
  return (
    <div className="stack">
      <div className="spread">
        <p className="muted">{t.keysText}</p>
        <button type="button" className="button primary" onClick={() => setMaking(true)}>
          {t.makeKey}
        </button>
      </div>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Loading />}
      {data?.length === 0 && (
        <Empty title={t.noKeys} command="npx conduit keys create --name admin --scopes all">
          <p>{t.noKeysText}</p>
        </Empty>
      )}
      {data !== undefined && data.length > 0 && <KeyTable keys={data} onAsk={(key, what) => ask({ key, what })} />}
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
      {asked?.what === 'change' && (
        <ChangeKey apiKey={asked.key} onClose={() => ask(null)} onDone={() => void done()} />
      )}
      {asked?.what === 'rotate' && (
        <RotateKey
          apiKey={asked.key}
          onClose={() => ask(null)}
          onDone={(fresh) => {
            ask(null)
            setSecret(fresh)
          }}
        />
      )}
      {asked?.what === 'revoke' && (
        <Dialog
          title={t.askRevoke(asked.key.name)}
          action={t.revoke}
          danger
          onClose={() => ask(null)}
          onAction={() => revoke.mutate(asked.key.id)}
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
