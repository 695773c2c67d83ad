import { Loading, PageHead, Problem } from '../parts/basics.tsx'
import { ReadOnly } from '../shell/session.tsx'
import { useAddress } from '../shell/address.ts'
import { Facts, StateLine } from '../job/header.tsx'
import { useRecord } from '../job/useRecord.ts'
import { Steps, useJob, Why } from '../job/view.tsx'

/** One job, read-only, for whoever has its token; made to be framed. */
export function EmbeddedView({ id }: { id: string }) {
  const [address, change] = useAddress()
  const token = address.get('token') ?? ''
  const { data: job, error } = useJob(id, token)
  const live = useRecord(job, token)
  const chosen = address.get('step') ?? job?.failed_step ?? null
  const choose = (step: string): void => change({ step })
  return (
    <ReadOnly>
      <main className="main embedded">
        <PageHead
          title={job?.name ?? id}
          {...(job === undefined ? {} : { note: <StateLine job={job} isLive={live.isLive} /> })}
        />
        {job === undefined && (error === null ? <Loading /> : <Problem error={error} />)}
        {job !== undefined && (
          <div className="stack">
            <Why job={job} live={live} onShow={choose} token={token} />
            <Facts job={job} />
            <Steps job={job} live={live} chosen={chosen} onChoose={choose} token={token} />
          </div>
        )}
      </main>
    </ReadOnly>
  )
}
