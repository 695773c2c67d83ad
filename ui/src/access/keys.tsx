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
type Asked = { readonly apiKey: Key; readonly what: 'change' | 'rotate' | 'revoke' }

/** The keys of the service: made, changed, given another secret, revoked. */
export function KeysTab() {
  const queries = useQueryClient()
  const [isMaking, setMaking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [asked, ask] = useState<Asked | null>(null)
  const { data, error } = useKeys()
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
      {data !== undefined && data.length > 0 && (
        <KeyTable keys={data} onAsk={(apiKey, what) => ask({ apiKey, what })} />
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
      {asked !== null && (
        <AskedOfKey
          {...asked}
          onClose={() => ask(null)}
          onDone={(fresh) => {
            ask(null)
            if (fresh === undefined) void queries.invalidateQueries({ queryKey: ['keys'] })
            else setSecret(fresh)
          }}
        />
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

type AskedProps = Asked & { onClose: () => void; onDone: (secret?: string) => void }

/** What is done with one key, once it is asked for; of another secret it is told which. */
function AskedOfKey({ apiKey, what, onClose, onDone }: AskedProps) {
  const revoke = useMutation({ mutationFn: () => service.keys.revoke(apiKey.id), onSuccess: () => onDone() })
  if (what === 'change') return <ChangeKey apiKey={apiKey} onClose={onClose} onDone={() => onDone()} />
  if (what === 'rotate') return <RotateKey apiKey={apiKey} onClose={onClose} onDone={onDone} />
  return (
    <Dialog
      title={t.askRevoke(apiKey.name)}
      action={t.revoke}
      danger
      onClose={onClose}
      onAction={() => revoke.mutate()}
      isBusy={revoke.isPending}
      error={revoke.error}
    >
      <p>{t.askRevokeText}</p>
    </Dialog>
  )
}
