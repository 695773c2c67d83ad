import { useMemo, useState } from 'react'
import { JobRecord } from '../job/record.ts'
import type { LiveRecord } from '../job/useRecord.ts'
import { Steps, Why } from '../job/view.tsx'
import { Panel, State } from '../parts/basics.tsx'
import { JsonView } from '../parts/json.tsx'
import { texts } from '../texts.ts'
import type { JobView as Job, StepView } from '../wire.ts'

/** What a dry run gave: why it failed, its steps as those of a job, its output. */
export function DryResult({ job }: { job: Job }) {
  const [chosen, choose] = useState<string | null>(job.failed_step)
  const live = useMemo(() => wholeRecord(job.steps ?? []), [job])
  return (
    <section className="stack" aria-label={texts.editor.dryResult}>
      <h2 className="row">
        {texts.editor.dryResult} <State name={job.state} />
      </h2>
      <Why job={job} live={live} onShow={choose} />
      <Steps job={job} live={live} chosen={chosen} onChoose={choose} />
      <Panel title={texts.job.output}>
        <div className="panel-body">
          <JsonView value={job.output} label={texts.job.output} />
        </div>
      </Panel>
    </section>
  )
}

/** A record that is all there: nothing is to be read, nothing goes on. */
function wholeRecord(steps: readonly StepView[]): LiveRecord {
  const record = new JobRecord()
  record.read(null, [], true)
  for (const [parent, below] of Map.groupBy(steps, (step) => step.parent ?? null)) record.read(parent, below, true)
  return { record, version: 0, error: null, isLive: false, open: () => undefined }
}
