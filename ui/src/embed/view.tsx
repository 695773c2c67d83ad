import { isRefused } from '../parts/askAgain.ts'
import { Loading, PageHead, Problem } from '../parts/basics.tsx'
import { ReadOnly } from '../shell/session.tsx'
import { useAddress } from '../shell/address.ts'
import { Facts, StateLine } from '../job/header.tsx'
import { useRecord } from '../job/useRecord.ts'
import { EventsTab, ValuesTab } from '../job/tabs.tsx'
import { Steps, useJob, Why } from '../job/view.tsx'
import { Tabs } from '../shell/tabs.tsx'
import { texts } from '../texts.ts'

const t = texts.job

/** One job, read-only, with all that its token reads; made to be framed. */
export function EmbeddedView({ id }: { id: string }) {
  const [address, change] = useAddress()
  const token = address.get('token') ?? ''
  const { data: job, error } = useJob(id, token)
  const live = useRecord(job, token)
  const chosen = address.get('step') ?? job?.failed_step ?? job?.current_step ?? null
  const choose = (step: string): void => change({ step, tab: null })
  return (
    <ReadOnly>
      <main className="main embedded">
        <PageHead
          title={job?.name ?? id}
          {...(job === undefined
            ? {}
            : {
                note: (
                  <StateLine
                    job={job}
                    isLive={live.isLive && !isRefused(error)}
                    isAway={error !== null || live.error !== null}
                  />
                ),
              })}
        />
        {job === undefined && error === null && <Loading />}
        {isRefused(error) ? (
          <Problem error={error} title={job === undefined ? t.linkEnded : t.goneTitle} />
        ) : (
          job === undefined && error !== null && <Problem error={error} />
        )}
        {job !== undefined && (
          <div className="stack">
            <Why job={job} live={live} onShow={choose} token={token} />
            <Facts job={job} />
            <Tabs
              label={t.details}
              tabs={[
                {
                  name: 'steps',
                  label: t.steps,
                  show: () => <Steps job={job} live={live} chosen={chosen} onChoose={choose} token={token} />,
                },
                { name: 'values', label: t.result, show: () => <ValuesTab job={job} /> },
                { name: 'events', label: t.events, show: () => <EventsTab job={job} token={token} /> },
              ]}
            />
          </div>
        )}
      </main>
    </ReadOnly>
  )
}
