import { Moment, Panel, State, Took } from '../parts/basics.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { MayLink } from '../shell/mayLink.tsx'
import { JsonView } from '../parts/json.tsx'
import { AnswerForm } from '../questions/answerForm.tsx'
import { texts } from '../texts.ts'
import type { StepView } from '../wire.ts'
import { errorOf, Source } from './header.tsx'

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
        <dl className="facts">
          <dt>{t.block}</dt>
          <dd className="row tight">
            <MayLink scope="blocks:read" href={`/blocks/${encodeURIComponent(step.action)}`} className="mono breaks">
              {step.action}
            </MayLink>
            <State name={step.status.name} />
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
        {step.forced && <p className="muted small">{t.forced}</p>}
        {waiting && (
          <div className="callout wait stack tight">
            <p>
              {t.waiting}: {waiting.kind} {waiting.name}; {t.since} <Moment at={waiting.since} />,{' '}
              {waiting.until === null ? (
                t.noEnd
              ) : (
                <>
                  {t.until} <Moment at={waiting.until} />
                </>
              )}
            </p>
            {waiting.kind === 'ask' && <AnswerForm jobId={jobId} stepPath={step.path} />}
          </div>
        )}
        {error !== null && (
          <div className="callout bad">
            <strong>{error.type}</strong>
            <p>
              {error.message}
              <Source error={error} />
            </p>
          </div>
        )}
        {step.error && (
          <Part title={t.held}>
            <JsonView value={step.error} label={t.held} />
          </Part>
        )}
        {Object.keys(step.parameters).length > 0 && (
          <Part title={`${t.parameters}: ${t.written.toLowerCase()}`}>
            <JsonView value={step.parameters} label={t.written} />
          </Part>
        )}
        {step.resolved !== undefined && step.resolved !== null && (
          <Part title={`${t.parameters}: ${t.resolved.toLowerCase()}`}>
            {JSON.stringify(step.resolved) === JSON.stringify(step.parameters) ? (
              <p className="muted small">{t.resolvedSame}</p>
            ) : (
              <JsonView value={step.resolved} label={t.resolved} />
            )}
          </Part>
        )}
        {step.status.value >= 0 && error === null && step.status.name !== 'SKIPPED' && (
          <Part title={t.returned}>
            <JsonView value={step.return_value} label={t.returned} />
          </Part>
        )}
        {attempts.length > 1 && (
          <Part title={t.attempts}>
            <ol className="stack tight">
              {attempts.map((attempt, i) => (
                <li key={attempt.started_at} className="small breaks">
                  <span className="muted numbers">{(step.attempt ?? attempts.length) - attempts.length + i + 1}.</span>{' '}
                  <Moment at={attempt.started_at} />{' '}
                  <span className="muted">
                    (<Took from={attempt.started_at} to={attempt.finished_at} />)
                  </span>{' '}
                  {attempt.error == null ? (
                    <State name="DONE" />
                  ) : (
                    <span className="bad">
                      {attempt.error.type}: {attempt.error.message}
                    </span>
                  )}
                </li>
              ))}
            </ol>
          </Part>
        )}
      </div>
    </Panel>
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
