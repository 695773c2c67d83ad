import { useMutation, useQuery } from '@tanstack/react-query'
import { format, modify } from 'jsonc-parser'
import { lazy, Suspense, useEffect, useState } from 'react'
import { Loading, PageHead, Panel, Problem } from '../parts/basics.tsx'
import { JsonView } from '../parts/json.tsx'
import { service } from '../service.ts'
import { useAddress } from '../shell/address.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import type { JobView as Job } from '../wire.ts'
import { parse, useCheck } from './check.ts'
import { useDraft } from './draft.ts'
import { Outline } from './outline.tsx'
import { stepAt } from './pointer.ts'
import { RunHere } from './runHere.tsx'
import { SaveDialog } from './saveDialog.tsx'
import { StepForm } from './stepForm.tsx'

const CodeEditor = lazy(async () => ({ default: (await import('./codeEditor.tsx')).CodeEditor }))
const t = texts.editor
const FORMATTING = { tabSize: 2, insertSpaces: true, eol: '\n' }

/** A definition is written, checked while it is written, tried, run and saved. */
export function EditorView() {
  const [address] = useAddress()
  const { text, write, reset } = useDraft(address.get('definition'))
  const check = useCheck(text)
  const [offset, setOffset] = useState(0)
  const [mocks, setMocks] = useState('{}')
  const [isSaving, setSaving] = useState(false)
  const [ran, setRan] = useState<string | null>(null)
  const [path, setPath] = useState<readonly (string | number)[] | null>(null)
  useEffect(() => setPath(stepAt(text, offset)), [text, offset])
  const may = useMay()
  const definition = parse(text) as Record<string, unknown> | undefined
  const { data: blocks = [] } = useQuery({
    queryKey: ['blocks'],
    queryFn: () => Array.fromAsync(service.blocks.list()),
    staleTime: 300_000,
  })
  const run = useMutation({
    mutationFn: () => service.jobs.submit(definition as never),
    onSuccess: ({ id }) => setRan(id),
  })
  const dryRun = useMutation({
    mutationFn: () =>
      service.request<Job>('POST', '/v1/jobs/dry-run', { body: { ...definition, mocks: parse(mocks) ?? {} } }),
  })
  const step = path === null ? undefined : valueAt(definition, path)
  const named = step?.['action']
  const block = typeof named === 'string' ? blocks.find(({ action }) => action === named.toUpperCase()) : undefined
  const hasErrors = definition === undefined
  return (
    <>
      <PageHead title={texts.nav.editor}>
        <button type="button" className="button quiet" onClick={reset}>
          {t.reset}
        </button>
        <button
          type="button"
          className="button"
          disabled={hasErrors}
          onClick={() => write(applied(text, format(text, undefined, FORMATTING)))}
        >
          {t.format}
        </button>
        {may('definitions:write') && (
          <button type="button" className="button" disabled={hasErrors} onClick={() => setSaving(true)}>
            {t.save}
          </button>
        )}
        <button
          type="button"
          className="button"
          disabled={hasErrors || dryRun.isPending}
          onClick={() => dryRun.mutate()}
        >
          {t.dryRun}
        </button>
        {may('jobs:write') && (
          <button
            type="button"
            className="button primary"
            disabled={hasErrors || run.isPending}
            onClick={() => run.mutate()}
          >
            {t.run}
          </button>
        )}
      </PageHead>
      <div className="stack">
        {run.error !== null && <Problem error={run.error} />}
        {dryRun.error !== null && <Problem error={dryRun.error} />}
        <div className="record editor">
          <section className="panel editor-panel">
            <Suspense fallback={<Loading rows={8} />}>
              <CodeEditor text={text} problems={check.problems} blocks={blocks} onChange={write} onCursor={setOffset} />
            </Suspense>
          </section>
          <div className="stack">
            <Panel title={t.problems} end={check.isChecking && <span className="muted small">{t.checking}</span>}>
              <div role="status">
                <ul className="panel-body stack tight">
                  {check.error !== null && definition !== undefined && (
                    <li>
                      <Problem error={check.error} />
                    </li>
                  )}
                  {check.problems.length === 0 && <li className="muted">{t.noProblems}</li>}
                  {check.problems.map(({ pointer, severity, code, detail, suggestion }) => (
                    <li key={`${pointer} ${code} ${detail}`} className="small breaks">
                      <span className={`badge ${severity === 'error' ? 'bad' : 'wait'}`}>{code}</span>{' '}
                      <code>{pointer}</code> {detail}
                      {suggestion !== null && <em> {suggestion}?</em>}
                    </li>
                  ))}
                </ul>
              </div>
            </Panel>
            <Panel title={t.tree}>
              <Outline definition={definition} problems={check.problems} chosen={path} onChoose={setPath} />
            </Panel>
            <Panel title={t.step}>
              <div className="panel-body">
                <StepForm
                  block={block}
                  parameters={(step?.['parameters'] ?? {}) as Record<string, unknown>}
                  onApply={(parameters) =>
                    path !== null &&
                    write(
                      applied(
                        text,
                        modify(text, [...path, 'parameters'], parameters, { formattingOptions: FORMATTING }),
                      ),
                    )
                  }
                />
              </div>
            </Panel>
            <details className="panel">
              <summary className="panel-body">{t.mocks}</summary>
              <div className="panel-body">
                <textarea
                  className="input code"
                  rows={4}
                  aria-label={t.mocks}
                  value={mocks}
                  onChange={({ target }) => setMocks(target.value)}
                />
              </div>
            </details>
          </div>
        </div>
        {dryRun.data !== undefined && (
          <Panel title={t.dryResult}>
            <div className="panel-body">
              <JsonView
                value={{ state: dryRun.data.state, output: dryRun.data.output, steps: dryRun.data.steps }}
                label={t.dryResult}
              />
            </div>
          </Panel>
        )}
        {ran !== null && <RunHere key={ran} id={ran} />}
      </div>
      {isSaving && <SaveDialog definition={definition ?? {}} onClose={() => setSaving(false)} />}
    </>
  )
}

function valueAt(value: unknown, path: readonly (string | number)[]): Record<string, unknown> | undefined {
  const found = path.reduce<unknown>(
    (below, part) => (below as Record<string | number, unknown> | undefined)?.[part],
    value,
  )
  return found !== null && typeof found === 'object' ? (found as Record<string, unknown>) : undefined
}

/** A text with edits made, the last first, so that places stay true. */
function applied(text: string, edits: readonly { offset: number; length: number; content: string }[]): string {
  return [...edits]
    .sort((one, other) => other.offset - one.offset)
    .reduce(
      (whole, { offset, length, content }) => whole.slice(0, offset) + content + whole.slice(offset + length),
      text,
    )
}
