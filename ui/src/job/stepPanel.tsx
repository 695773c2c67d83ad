import { Moment, Panel, State, Took } from '../parts/basics.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { firstLine, number } from '../parts/format.ts'
import { MayLink } from '../shell/mayLink.tsx'
import { JsonView } from '../parts/json.tsx'
import { AnswerForm } from '../questions/answerForm.tsx'
import { texts } from '../texts.ts'
import { type Attempt, type Progress, stateOf, type StepView } from '../wire.ts'
import { errorOf } from './header.tsx'
import { Source } from './source.tsx'
import { WaitedFor } from './waiting.tsx'

const t = texts.job

/** Everything on record about one step. */
export function StepPanel({ step, jobId }: { step: StepView | undefined; jobId: string }) {
  if (step === undefined) return <p className="panel panel-body muted">{t.chooseStep}</p>
  const error = errorOf(step)
  const { attempts = [], waiting } = step
  return (
    <Panel
      title={<span className="breaks">{step.title ?? step.id}</span>}
      end={<CopyButton text={() => JSON.stringify(step, null, 2)} label={t.json} />}
    >
      <div className="panel-body stack">
        <StepFacts step={step} />
        {step.forced && <p className="muted small">{t.forced}</p>}
        {waiting && (
          <div className="callout wait stack tight">
            <p>
              {t.waiting} <WaitedFor waiting={waiting} />
            </p>
            {waiting.kind === 'ask' && <AnswerForm jobId={jobId} stepPath={step.path} />}
          </div>
        )}
        {step.progress && step.finished_at === null && <HowFar progress={step.progress} path={step.path} />}
        {error !== null && (
          <div className="callout bad">
            <strong>{error.type}</strong>
            <p className="message" tabIndex={0}>
              {error.message}
              <Source error={error} step={step} />
            </p>
          </div>
        )}
        {step.error && (
          <Part title={t.held}>
            <JsonView value={step.error} label={t.held} />
          </Part>
        )}
        <Parameters step={step} />
        {step.status.value >= 0 && error === null && step.status.name !== 'SKIPPED' && (
          <Part title={t.returned}>
            <JsonView value={step.return_value} label={t.returned} />
          </Part>
        )}
        {attempts.length > 0 && (
          <Part title={t.attempts}>
            <Attempts attempts={attempts} first={overIn(step) - attempts.length + 1} />
          </Part>
        )}
      </div>
    </Panel>
  )
}

/** How far a block says it is. */
function HowFar({ progress: { done, total, message }, path }: { progress: Progress; path: string }) {
  return (
    <p className="row tight breaks">
      <progress value={total == null ? undefined : done} max={total ?? undefined} aria-label={path} />
      <span className="numbers">{total == null ? number(done) : `${number(done)} / ${number(total)}`}</span>
      {message != null && <span dir="auto">{message}</span>}
    </p>
  )
}

function StepFacts({ step }: { step: StepView }) {
  return (
    <dl className="facts">
      <dt>{t.block}</dt>
      <dd className="row tight">
        <MayLink scope="blocks:read" href={`/blocks/${encodeURIComponent(step.action)}`} className="mono breaks">
          {step.action}
        </MayLink>
        <State name={stateOf(step)} />
      </dd>
      <dt>{t.path}</dt>
      <dd>
        <code>{step.path}</code>
      </dd>
      {step.started_at !== null && (
        <>
          <dt>{t.moments}</dt>
          <dd className="row tight">
            <Moment at={step.started_at} /> → <Moment at={step.finished_at} />
            <span className="muted">
              (<Took from={step.started_at} to={step.finished_at} />)
            </span>
          </dd>
        </>
      )}
      {step.if !== null && step.if !== undefined && (
        <>
          <dt>{t.condition}</dt>
          <dd>
            <code className="breaks">{JSON.stringify(step.if)}</code>
          </dd>
        </>
      )}
    </dl>
  )
}

/** As somebody wrote them, and as the block got them after tags. */
function Parameters({ step: { parameters, resolved } }: { step: StepView }) {
  const written = JSON.stringify(parameters)
  return (
    <>
      {written !== '{}' && (
        <Part title={`${t.parameters}: ${t.written.toLowerCase()}`}>
          <JsonView value={parameters} label={t.written} />
        </Part>
      )}
      {resolved !== undefined && resolved !== null && (
        <Part title={`${t.parameters}: ${t.resolved.toLowerCase()}`}>
          {JSON.stringify(resolved) === written ? (
            <p className="muted small">{t.resolvedSame}</p>
          ) : (
            <JsonView value={resolved} label={t.resolved} />
          )}
        </Part>
      )}
    </>
  )
}

/** How many attempts are over: one that runs is counted in its step's `attempt`, and is not on record yet. */
function overIn({ attempt = 0, finished_at: end, waiting }: StepView): number {
  return end === null && waiting?.kind !== 'retry' ? attempt - 1 : attempt
}

/** @param first the number of the first that is on record */
function Attempts({ attempts, first }: { attempts: readonly Attempt[]; first: number }) {
  return (
    <ol className="stack tight">
      {attempts.map(({ started_at: from, finished_at: to, error }, i) => (
        <li key={from} className="small breaks">
          <span className="muted numbers">{first + i}.</span> <Moment at={from} />{' '}
          <span className="muted">
            (<Took from={from} to={to} />)
          </span>{' '}
          {error == null ? (
            <State name="DONE" />
          ) : (
            <span className="bad">
              {error.type}: {firstLine(error.message)}
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="stack tight">
      <h3>{title}</h3>
      {children}
    </section>
  )
}
