import { Empty, Loading, Moment, PageHead, Panel, Problem } from '../parts/basics.tsx'
import { More, usePages } from '../parts/pages.tsx'
import { useCurl } from '../shell/curl.ts'
import { MayLink } from '../shell/mayLink.tsx'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { Answer } from './answerForm.tsx'
import { openQuestions } from './data.ts'

const t = texts.questions
const ASKS = { steps: [{ id: 'ok', action: 'FLOW.ASK', parameters: { title: 'Ship order 77?' } }] }

/** Open questions with their forms. */
export function QuestionsView() {
  const { rows, error, more } = usePages(['questions'], (cursor) => openQuestions({}, cursor), {
    refetchInterval: 5_000,
  })
  const may = useMay()
  const curl = useCurl()
  const command = may('jobs:write') ? curl('/v1/jobs', ASKS) : undefined
  return (
    <>
      <PageHead title={texts.nav.questions} />
      {error !== null && <Problem error={error} />}
      {rows === undefined && error === null && <Loading />}
      {rows?.length === 0 && (
        <Empty title={t.none} command={command}>
          <p>
            {t.noneText} {command !== undefined && t.noneDo}
          </p>
        </Empty>
      )}
      <div className="stack">
        {rows?.map((question) => (
          <Panel
            key={question.id}
            title={<span className="breaks">{question.title ?? question.step}</span>}
            end={
              <span className="muted small">
                {t.asked} <Moment at={question.asked_at} />
                {question.until !== null && (
                  <>
                    {t.until} <Moment at={question.until} />
                  </>
                )}
              </span>
            }
          >
            <div className="panel-body stack tight">
              <p className="row tight small">
                <MayLink
                  scope="jobs:read"
                  href={`/jobs/${encodeURIComponent(question.job_id)}?step=${encodeURIComponent(question.step)}`}
                  isRow
                  className="breaks"
                >
                  {question.job_name ?? question.job_id}
                </MayLink>
                {question.to !== null && <span className="muted">{t.to(question.to)}</span>}
                {Object.entries(question.metadata).map(([key, value]) => (
                  <span key={key} className="chip">
                    {key}={value}
                  </span>
                ))}
              </p>
              <Answer question={question} />
            </div>
          </Panel>
        ))}
        <More more={more} />
      </div>
    </>
  )
}
