import { useMutation, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { Loading, PageHead, Panel, Problem } from '../parts/basics.tsx'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import type { JobView as Job } from '../wire.ts'
import { useBlocks } from '../blocks/data.ts'
import { allProblems, type Check, type Refusal, useCheck } from './check.ts'
import { contentAsJob } from './definition.ts'
import { useDraft, useKept } from './draft.ts'
import { DryResult } from './dryResult.tsx'
import { Outline } from './outline.tsx'
import { type Path, type Range, rangeOf, stepAt } from './places.ts'
import { RunHere } from './runHere.tsx'
import { SaveDialog } from './saveDialog.tsx'
import { valueAt, withNamedFields } from './schema.ts'
import { StepForm } from './stepForm.tsx'
import { type Language, languageOf, parse, tidy, translated, withValue } from './text.ts'
import { MocksPanel, ValuesPanel, valuesIn } from './tryWith.tsx'

const CodeEditor = lazy(async () => ({ default: (await import('./codeEditor.tsx')).CodeEditor }))
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
  const values = valuesIn(given)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const refuse = { onMutate: () => setRefusal(null), onError: (error: Error) => setRefusal({ error, text }) }
  const checked = useCheck(text, values)
  const check = { ...checked, problems: allProblems(checked.problems, refusal, text) }
  const [offset, setOffset] = useState(0)
  const [shown, show] = useState<Range | null>(null)
  const [isSaving, setSaving] = useState(false)
  const [ran, setRan] = useState<string | null>(null)
  const [path, setPath] = useState<Path | null>(null)
  // What is made from the text may come a moment after the letters.
  const settled = useDeferredValue(text)
  useEffect(() => setPath(stepAt(settled, offset)), [settled, offset])
  const definition = useMemo(() => parse(settled) as Record<string, unknown> | undefined, [settled])
  const schema = useSchema()
  const { data: blocks = [] } = useBlocks()
  const run = useMutation({
    mutationFn: () => service.jobs.submit(contentAsJob(definition, values) as never),
    onSuccess: ({ id }) => setRan(id),
    ...refuse,
  })
  const dryRun = useMutation({
    mutationFn: () =>
      service.request<Job>('POST', '/v1/jobs/dry-run', {
        body: { ...(contentAsJob(definition, values) as object), mocks: parse(mocks) ?? {} },
      }),
    ...refuse,
  })
  const step = path === null ? undefined : (valueAt(definition, path) as Record<string, unknown> | undefined)
  const named = step?.['action']
  const block = typeof named === 'string' ? blocks.find(({ action }) => action === named.toUpperCase()) : undefined
  return (
    <>
      <PageHead title={texts.nav.editor}>
        <Languages text={text} onWrite={write} />
        <Tools
          isReadable={definition !== undefined}
          isBusy={run.isPending || dryRun.isPending}
          onReset={draft.forget}
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
        {ran !== null && <RunHere key={ran} id={ran} />}
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

/** The schema of a definition with the blocks of the catalogue. */
function useSchema(): Readonly<Record<string, unknown>> {
  const { data } = useQuery({
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
  isBusy: boolean
  onReset: () => void
  onFormat: () => void
  onSave: () => void
  onDryRun: () => void
  onRun: () => void
}

function Tools({ isReadable, isBusy, onReset, onFormat, onSave, onDryRun, onRun }: ToolsProps) {
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
      <button type="button" className="button" disabled={!isReadable || isBusy} onClick={onDryRun}>
        {t.dryRun}
      </button>
      {may('jobs:write') && (
        <button type="button" className="button primary" disabled={!isReadable || isBusy} onClick={onRun}>
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
          {check.problems.map(({ pointer, severity, code, detail, suggestion }) => (
            <li key={`${pointer} ${code} ${detail}`} className="small breaks">
              <span className={`badge ${severity === 'error' ? 'bad' : 'wait'}`}>{code}</span>{' '}
              <button type="button" className="as-link" onClick={() => onShow(pointer)}>
                {pointer === '' ? '/' : pointer}
              </button>{' '}
              {detail}
              {suggestion !== null && <em> {suggestion}?</em>}
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  )
}
