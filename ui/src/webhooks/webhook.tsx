import type { Webhook } from '@conduit-jobs/client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty, Loading, Moment, Problem } from '../parts/basics.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Menu } from '../parts/menu.tsx'
import { More, usePages } from '../parts/pages.tsx'
import { service } from '../service.ts'
import { useCurl } from '../shell/curl.ts'
import { useSay } from '../shell/toast.tsx'
import { texts } from '../texts.ts'
import { type Health, healthOf, lastFailure, LOOKED_AT } from './data.ts'
import { DeliveryTable } from './deliveryTable.tsx'
import { RedeliverDialog } from './redeliver.tsx'
import { RotateDialog } from './rotate.tsx'

const t = texts.webhooks

type Props = {
  webhook: Webhook
  isOpen: boolean
  onOpen: () => void
  onSecret: (secret: string) => void
  onChanged: () => Promise<void>
}

/** What is done after a question only. */
type Asked = 'delete' | 'redeliver' | 'rotate'

/** One endpoint: its health, what can be done with it, and its deliveries. */
export function OneWebhook({ webhook, isOpen, onOpen, onSecret, onChanged }: Props) {
  const { id, url, enabled, events, description } = webhook
  const say = useSay()
  const curl = useCurl()
  const [asked, setAsked] = useState<Asked | null>(null)
  const list = service.webhooks.deliveries(id, { limit: LOOKED_AT })
  const deliveries = usePages(['webhooks', id, 'deliveries', 'pages'], (cursor) => list.page(cursor), {
    refetchInterval: isOpen ? 4_000 : 30_000,
  })
  const act = useMutation({
    mutationFn: async (what: () => Promise<string>) => await what(),
    onSuccess: async (said) => {
      say(said)
      await onChanged()
    },
    onError: say,
  })
  const rows = deliveries.rows ?? []
  const last = lastFailure(rows.slice(0, LOOKED_AT))
  return (
    <section className="panel">
      <div className="panel-head">
        <h2 className="row tight">
          <button type="button" className="as-link" aria-expanded={isOpen} onClick={onOpen} data-row>
            {url}
          </button>
          <span className={enabled ? 'badge good' : 'badge bad'}>{enabled ? t.on : t.off}</span>
        </h2>
        <span className="row tight">
          <button
            type="button"
            className="button small"
            onClick={() => act.mutate(async () => (await service.webhooks.test(id), t.tested))}
          >
            {t.test}
          </button>
          <button
            type="button"
            className="button small"
            onClick={() =>
              act.mutate(
                async () => (await service.webhooks.update(id, { enabled: !enabled }), enabled ? t.saidOff : t.saidOn),
              )
            }
          >
            {enabled ? t.switchOff : t.switchOn}
          </button>
          <Asking onAsk={setAsked} />
        </span>
      </div>
      <div className="panel-body stack tight">
        {webhook.disabled_reason !== null && <p className="callout bad">{webhook.disabled_reason}</p>}
        <p className="row tight small muted">
          <HealthBadge health={healthOf(rows.slice(0, LOOKED_AT))} />
          {last !== null && (
            <span className="bad breaks">
              {last.said} <Moment at={last.at} />
            </span>
          )}
          {events.map((event) => (
            <code key={event}>{event}</code>
          ))}
          {description && <span className="breaks">{description}</span>}
          <span>
            {t.since} <Moment at={webhook.created_at} />
          </span>
        </p>
        {isOpen && deliveries.error !== null && <Problem error={deliveries.error} />}
        {isOpen && deliveries.rows === undefined && deliveries.error === null && <Loading />}
        {isOpen && deliveries.rows?.length === 0 && (
          <Empty
            title={t.noDeliveries}
            command={curl(`/v1/webhooks/${encodeURIComponent(id)}/test`, undefined, 'POST')}
          >
            <p>{t.noDeliveriesText}</p>
          </Empty>
        )}
        {isOpen && rows.length > 0 && (
          <>
            <DeliveryTable
              deliveries={rows}
              onRedeliver={({ id: delivery }) =>
                act.mutate(async () => (await service.webhooks.redeliver(id, delivery), t.redelivered))
              }
            />
            <More more={deliveries.more} />
          </>
        )}
      </div>
      {asked === 'redeliver' && (
        <RedeliverDialog
          id={id}
          url={url}
          onClose={() => setAsked(null)}
          onDone={(said) => {
            setAsked(null)
            act.mutate(() => Promise.resolve(said))
          }}
        />
      )}
      {asked === 'rotate' && (
        <RotateDialog
          webhook={webhook}
          onClose={() => setAsked(null)}
          onDone={(secret) => {
            setAsked(null)
            onSecret(secret)
          }}
        />
      )}
      {asked === 'delete' && <DeleteDialog webhook={webhook} onClose={() => setAsked(null)} onDone={onChanged} />}
    </section>
  )
}

type DeleteProps = Pick<Props, 'webhook'> & { onClose: () => void; onDone: () => Promise<void> }

function DeleteDialog({ webhook: { id, url }, onClose, onDone }: DeleteProps) {
  const say = useSay()
  const remove = useMutation({
    mutationFn: () => service.webhooks.delete(id),
    onSuccess: async () => {
      say(t.deleted)
      await onDone()
    },
  })
  return (
    <Dialog
      title={t.askDelete}
      action={t.delete}
      danger
      onClose={onClose}
      onAction={() => remove.mutate()}
      isBusy={remove.isPending}
      error={remove.error}
    >
      <p className="breaks">{url}</p>
    </Dialog>
  )
}

/** How its last deliveries went. */
function HealthBadge({ health: { delivered, failed, of } }: { health: Health }) {
  if (of === 0) return null
  if (failed > 0) return <span className="badge bad">{t.someFail(failed, of)}</span>
  if (delivered === 0) return <span className="badge wait">{t.allDue(of)}</span>
  return <span className="badge good">{t.allDelivered(delivered)}</span>
}

function Asking({ onAsk }: { onAsk: (what: Asked) => void }) {
  return (
    <Menu label={texts.job.more} className="button small">
      <button type="button" onClick={() => onAsk('redeliver')}>
        {t.redeliverFailed}
      </button>
      <button type="button" onClick={() => onAsk('rotate')}>
        {t.rotate} …
      </button>
      <button type="button" onClick={() => onAsk('delete')}>
        {t.delete}
      </button>
    </Menu>
  )
}
