import { Moment } from '../parts/basics.tsx'
import { texts } from '../texts.ts'
import { JobLink } from './header.tsx'
import type { StepView, Waiting } from '../wire.ts'

const t = texts.job

/** What each step that waits waits for, since when and until when; a link leads to the step. */
export function WaitsFor({ steps, onShow }: { steps: readonly StepView[]; onShow: (path: string) => void }) {
  return steps.map(
    ({ path, waiting }) =>
      waiting && (
        <p key={path} className="callout wait">
          <button type="button" className="as-link" onClick={() => onShow(path)}>
            {path}
          </button>{' '}
          waits for <WaitedFor waiting={waiting} />
        </p>
      ),
  )
}

/** What it is, since when and until when. */
export function WaitedFor({ waiting }: { waiting: Waiting }) {
  const { kind, name, title, since, until, job_id: child } = waiting
  const what = {
    ask: title == null ? 'an answer' : `an answer to “${title}”`,
    signal: `the signal ${name}`,
    sleep: 'a moment',
    job: 'a child job',
    retry: 'its next try',
    every: 'its next round',
  }[kind]
  return (
    <>
      {what ?? kind}
      {child !== undefined && (
        <>
          {' '}
          <JobLink id={child} />
        </>
      )}
      ; {t.since} <Moment at={since} />,{' '}
      {until === null ? (
        t.noEnd
      ) : (
        <>
          {t.until} <Moment at={until} />
        </>
      )}
      .
    </>
  )
}
