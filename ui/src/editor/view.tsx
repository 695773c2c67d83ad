import { useMutation, useQuery } from '@tanstack/react-query'
import { Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { useOpenJob } from '../shell/openJob.ts'
import { Loading, PageHead, Panel, Problem } from '../parts/basics.tsx'
import { part } from '../parts/part.ts'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import type { JobView as Job } from '../wire.ts'
import { useBlocks } from '../blocks/data.ts'
import { allProblems, type Check, inWords, type Refusal, useCheck } from './check.ts'
import { contentAsJob } from './definition.ts'
import { useDraft, useKept } from './draft.ts'
import { DryResult } from './dryResult.tsx'
import { Outline } from './outline.tsx'
import { pathIn, type Range, rangeOf, stepAt } from './places.ts'
import { RunHere } from './runHere.tsx'
import { SaveDialog } from './saveDialog.tsx'
import { valueAt, withNamedFields } from './schema.ts'
import { StepForm } from './stepForm.tsx'
import { type Language, languageOf, objectIn, parse, tidy, translated, withValue } from './text.ts'
import { MocksPanel, ValuesPanel } from './tryWith.tsx'

const CodeEditor = part(async () => (await import('./codeEditor.tsx')).CodeEditor)
const t = texts.editor

/** A definition is written, checked while it is written, tried, run and saved. */
export function EditorView() {
  const [address] = useAddress()
  const definition = address.get('definition')
  return <Editor key={definition} opened={definition} />
}

function Editor({ opened }: { opened: string | null }) {
  const draft = useDraft(opened)
  const { text, write } = draft
  const [given, setGiven] = useKept(`values${opened === null ? '' : `:${opened}`}`, '')
  const [mocks, setMocks] = useKept(`mocks${opened === null ? '' : `:${opened}`}`, '{}')
  const values = objectIn(given) ?? null
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const refuse = { onMutate: () => setRefusal(null), onError: (error: Error) => setRefusal({ error, text }) }
  const checked = useCheck(text, values)
  const check = { ...checked, problems: allProblems(checked.problems, refusal, text) }
  const [isSaving, setSaving] = useState(false)
  const [address, change] = useAddress()
  const may = useMay()
  const openJob = useOpenJob()
  const ran = address.get('ran')
  // What is made from the text may come a moment after the letters.
  const settled = useDeferredValue(text)
  const { path, shown, show, setOffset } = useChosenStep(settled)
  const definition = useMemo(() => objectIn(settled), [settled])
  const schema = useSchema()
  const { data: blocks = [] } = useBlocks()
  const run = useMutation({
    mutationFn: () => service.jobs.submit(contentAsJob(definition, values) as never),
    onSuccess: ({ id }) => (may('jobs:read') ? change({ ran: id }) : openJob(id)),
    ...refuse,
  })
  const dryRun = useMutation({
    mutationFn: () =>
      service.request<Job>('POST', '/v1/jobs/dry-run', {
        body: { ...(contentAsJob(definition, values) as object), mocks: objectIn(mocks) },
      }),
    ...refuse,
  })
  const step = path === null ? undefined : (valueAt(definition, path) as Record<string, unknown> | undefined)
  const action = actionOf(step)
  const block = blocks.find((one) => one.action === action?.toUpperCase())
  const areValuesRead = given.trim() === '' || values !== null
  return (
    <>
      <PageHead title={texts.nav.editor}>
        <Languages text={text} onWrite={write} />
        <Tools
          isReadable={definition !== undefined}
          mayRun={definition !== undefined && areValuesRead}
          mayDryRun={definition !== undefined && areValuesRead && objectIn(mocks) !== undefined}
          isBusy={run.isPending || dryRun.isPending}
          onReset={() => {
            draft.forget()
            change({ ran: null, step: null })
          }}
          onFormat={() => write(tidy(text))}
          onSave={() => {
            setRefusal(null)
            setSaving(true)
          }}
          onDryRun={() => dryRun.mutate()}
          onRun={() => run.mutate()}
        />
      </PageHead>
      <div className="stack">
        {draft.error !== null && <Problem error={draft.error} />}
        {refusal !== null && <Problem error={refusal.error} />}
        <div className="record editor">
          <section className="panel editor-panel">
            <Suspense fallback={<Loading rows={8} />}>
              <CodeEditor
                text={text}
                problems={check.problems}
                schema={schema}
                shown={shown}
                onChange={write}
                onCursor={setOffset}
              />
            </Suspense>
          </section>
          <div className="stack">
            <Problems check={check} isReadable={definition !== undefined} onShow={(at) => show(rangeOf(text, at))} />
            <Panel title={t.tree}>
              <Outline
                definition={definition}
                problems={check.problems}
                chosen={path}
                onChoose={(at) => show(rangeOf(text, `/${at.join('/')}`))}
              />
            </Panel>
            <Panel title={t.step}>
              <div className="panel-body">
                <StepForm
                  action={action}
                  block={block}
                  parameters={(step?.['parameters'] ?? {}) as Record<string, unknown>}
                  onApply={(parameters) => path !== null && write(withValue(text, [...path, 'parameters'], parameters))}
                />
              </div>
            </Panel>
            <ValuesPanel inputs={definition?.['inputs']} text={given} onChange={setGiven} />
            <MocksPanel text={mocks} onChange={setMocks} />
          </div>
        </div>
        {dryRun.data !== undefined && <DryResult key={dryRun.submittedAt} job={dryRun.data} />}
        {ran !== null && may('jobs:read') && <RunHere key={ran} id={ran} />}
      </div>
      {isSaving && (
        <SaveDialog
          definition={definition ?? {}}
          onClose={() => setSaving(false)}
          onRefused={(error) => {
            setSaving(false)
            setRefusal({ error, text })
          }}
          onSaved={draft.forget}
          opened={opened}
        />
      )}
    </>
  )
}

/** The action of a step; one without is a list of steps. Null: there is no step. */
function actionOf(step: Readonly<Record<string, unknown>> | undefined): string | null {
  const action = step?.['action'] ?? 'FLOW.DO'
  return step === undefined || typeof action !== 'string' ? null : action
}

/** The step that the cursor stands in; it lives in the address, so that a reload keeps it. */
function useChosenStep(text: string) {
  const [address, change] = useAddress()
  const [shown, show] = useState<Range | null>(null)
  const [offset, setOffset] = useState<number | null>(null)
  const chosen = address.get('step')
  const isThere = text !== ''
  useEffect(() => {
    if (isThere && chosen !== null) show(rangeOf(text, chosen))
    // Once, when there is a text: from then on the cursor says what is chosen.
  }, [isThere])
  useEffect(() => {
    if (offset === null) return
    const at = stepAt(text, offset)
    const pointer = at === null ? null : `/${at.join('/')}`
    // A browser refuses to write its address anew at every letter.
    if (pointer !== chosen) change({ step: pointer })
  }, [text, offset])
  return { path: chosen === null ? null : pathIn(chosen), shown, show, setOffset }
}

/** The schema of a definition with the blocks of the catalogue. */
function useSchema(): Readonly<Record<string, unknown>> {
  const may = useMay()
  const { data } = useQuery({
    enabled: may('blocks:read'),
    queryKey: ['schema'],
    queryFn: () => service.request<Record<string, unknown>>('GET', '/v1/schema'),
    staleTime: 300_000,
  })
  return useMemo(() => (data === undefined ? {} : withNamedFields(data)), [data])
}

/** JSON or YAML: one is written as the other where it can be read. */
function Languages({ text, onWrite }: { text: string; onWrite: (text: string) => void }) {
  const chosen = languageOf(text)
  const languages: readonly Language[] = ['json', 'yaml']
  return (
    <div className="row tight" role="group" aria-label={t.language}>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          className="chip"
          aria-pressed={language === chosen}
          disabled={language !== chosen && parse(text) === undefined}
          onClick={() => onWrite(translated(text, language))}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </div>
  )
}

type ToolsProps = {
  isReadable: boolean
  mayRun: boolean
  mayDryRun: boolean
  isBusy: boolean
  onReset: () => void
  onFormat: () => void
  onSave: () => void
  onDryRun: () => void
  onRun: () => void
}

function Tools({ isReadable, mayRun, mayDryRun, isBusy, onReset, onFormat, onSave, onDryRun, onRun }: ToolsProps) {
  const may = useMay()
  return (
    <>
      <button type="button" className="button quiet" onClick={onReset}>
        {t.reset}
      </button>
      <button type="button" className="button" disabled={!isReadable} onClick={onFormat}>
        {t.format}
      </button>
      {may('definitions:write') && (
        <button type="button" className="button" disabled={!isReadable} onClick={onSave}>
          {t.save}
        </button>
      )}
      <button type="button" className="button" disabled={!mayDryRun || isBusy} onClick={onDryRun}>
        {t.dryRun}
      </button>
      {may('jobs:write') && (
        <button type="button" className="button primary" disabled={!mayRun || isBusy} onClick={onRun}>
          {t.run}
        </button>
      )}
    </>
  )
}

type ProblemsProps = { check: Check; isReadable: boolean; onShow: (pointer: string) => void }

/** All that is wrong; each leads to its place in the text. */
function Problems({ check, isReadable, onShow }: ProblemsProps) {
  return (
    <Panel title={t.problems} end={check.isChecking && <span className="muted small">{t.checking}</span>}>
      <div role="status">
        <ul className="panel-body stack tight">
          {check.error !== null && isReadable && (
            <li>
              <Problem error={check.error} />
            </li>
          )}
          {check.problems.length === 0 && check.error === null && <li className="muted">{t.noProblems}</li>}
          {check.problems.map((problem) => (
            <li key={`${problem.pointer} ${problem.code} ${problem.detail}`} className="small breaks">
              <span className={`badge ${problem.severity === 'error' ? 'bad' : 'wait'}`}>{problem.code}</span>{' '}
              <button type="button" className="as-link" onClick={() => onShow(problem.pointer)}>
                {problem.pointer === '' ? '/' : problem.pointer}
              </button>{' '}
              {inWords(problem)}
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  )
}
