import { useState } from 'react'
import { Link } from 'wouter'
import { StateLine } from '../job/header.tsx'
import { useRecord } from '../job/useRecord.ts'
import { Steps, useJob, Why } from '../job/view.tsx'
import { Loading, Panel, Problem } from '../parts/basics.tsx'
import { JsonView } from '../parts/json.tsx'
import { texts } from '../texts.ts'

/** The job that was just run, watched below the text it was made from. */
export function RunHere({ id }: { id: string }) {
  const { data: job, error } = useJob(id)
  const live = useRecord(job)
  const [chosen, choose] = useState<string | null>(null)
  if (job === undefined) return error === null ? <Loading /> : <Problem error={error} />
  return (
    <section className="stack">
      <h2 className="row">
        <Link href={`/jobs/${encodeURIComponent(id)}`}>{job.name ?? id}</Link>
        <StateLine job={job} isLive={live.isLive} />
      </h2>
      <Why job={job} live={live} onShow={choose} />
      <Steps job={job} live={live} chosen={chosen ?? job.failed_step} onChoose={choose} />
      {job.finished_at !== null && (
        <Panel title={texts.job.output}>
          <div className="panel-body">
            <JsonView value={job.output} label={texts.job.output} />
          </div>
        </Panel>
      )}
    </section>
  )
}
