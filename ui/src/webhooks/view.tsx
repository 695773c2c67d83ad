import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty, Loading, PageHead, Problem } from '../parts/basics.tsx'
import { SecretOnce } from '../parts/secretOnce.tsx'
import { useAddress } from '../shell/address.ts'
import { useCurl } from '../shell/curl.ts'
import { texts } from '../texts.ts'
import { AddWebhook } from './add.tsx'
import { useWebhooks } from './data.ts'
import { OneWebhook } from './webhook.tsx'

const t = texts.webhooks

/** Who is told what happens, and whether it arrives. */
export function WebhooksView() {
  const queries = useQueryClient()
  const [address, change] = useAddress()
  const [isAdding, setAdding] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const { data, error } = useWebhooks()
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['webhooks'] })
  const command = useCurl()('/v1/webhooks', { url: 'https://example.com/hooks', events: ['job.finished'] })
  const open = address.get('id') ?? (data?.length === 1 ? data[0]?.id : undefined)
  return (
    <>
      <PageHead title={texts.nav.webhooks}>
        <button type="button" className="button primary" onClick={() => setAdding(true)}>
          {t.add}
        </button>
      </PageHead>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Loading />}
      {data?.length === 0 && (
        <Empty title={t.none} command={command}>
          <p>{t.noneText}</p>
        </Empty>
      )}
      <div className="stack">
        {data?.map((webhook) => (
          <OneWebhook
            key={webhook.id}
            webhook={webhook}
            isOpen={webhook.id === open}
            onOpen={() => change({ id: webhook.id === open ? '-' : webhook.id })}
            onSecret={setSecret}
            onChanged={refresh}
          />
        ))}
      </div>
      {isAdding && (
        <AddWebhook
          onClose={() => setAdding(false)}
          onAdded={(fresh) => {
            setAdding(false)
            setSecret(fresh)
            void refresh()
          }}
        />
      )}
      {secret !== null && <SecretOnce title={t.secret} secret={secret} onClose={() => setSecret(null)} />}
    </>
  )
}
