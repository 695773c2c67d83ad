import type { Block } from '@conduit-jobs/client'
import { useMutation } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { Loading, PageHead, Panel, Problem, State } from '../parts/basics.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { Prose } from '../parts/prose.tsx'
import { JsonView } from '../parts/json.tsx'
import { part } from '../parts/part.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { Fields, Returns } from './fields.tsx'
import { KeysOf } from './keysOf.tsx'
import { tryBlock } from './tryBlock.ts'

const SchemaForm = part(async () => (await import('../parts/schemaForm.tsx')).SchemaForm)
const t = texts.blocks

/** One block: what it takes and gives, examples, and a form to try it where it touches nothing. */
export function BlockDetail({ block }: { block: Block }) {
  const step = { action: block.action, parameters: block.examples[0]?.parameters ?? {} }
  return (
    <>
      <PageHead
        title={block.action}
        note={
          <div className="row tight">
            <span className="muted">{block.title}</span>
            <span className="chip">{block.effects ? t.effects : t.pure}</span>
            {block.max_uses !== null && <span className="chip">{t.maxUses(block.max_uses)}</span>}
            {block.tags.map((tag) => (
              <span key={tag} className="chip">
                {t.needsTag(tag)}
              </span>
            ))}
          </div>
        }
      >
        <CopyButton className="button" label={t.copyStep} text={JSON.stringify(step, null, 2)} />
      </PageHead>
      <div className="stack">
        <p className="breaks">
          <Prose text={block.description} />
        </p>
        <Panel title={t.parameters}>
          <Fields schema={block.parameters} none={t.noParameters} />
        </Panel>
        <Panel title={t.returns}>
          <Returns schema={block.returns} />
        </Panel>
        {block.examples.length > 0 && (
          <Panel title={t.examples}>
            <div className="panel-body stack">
              {block.examples.map((example) => (
                <div key={JSON.stringify(example)} className="columns">
                  <JsonView value={example.parameters} label={t.parameters} />
                  <JsonView value={example.returns} label={t.returns} />
                </div>
              ))}
            </div>
          </Panel>
        )}
        <TryIt block={block} />
        <KeysOf block={block} />
      </div>
    </>
  )
}

/** Pure blocks run with what is filled in; others would do what they do, so they are not offered here. */
function TryIt({ block }: { block: Block }) {
  const may = useMay()
  const [value, setValue] = useState<unknown>(block.examples[0]?.parameters ?? {})
  const run = useMutation({ mutationFn: (parameters: unknown) => tryBlock(block, parameters) })
  if (block.effects || !may('jobs:write') || block.action.startsWith('FLOW.')) return null
  return (
    <Panel title={t.try}>
      <div className="panel-body columns">
        <Suspense fallback={<Loading />}>
          <SchemaForm
            schema={withoutTitles(block.parameters)}
            value={value}
            submit={t.run}
            isBusy={run.isPending}
            refused={{ error: run.error, sentAs: '/steps/0/parameters' }}
            onChange={setValue}
            onSubmit={(parameters) => run.mutate(parameters)}
          />
        </Suspense>
        <div role="status" className="stack tight">
          {run.error !== null && <Problem error={run.error} />}
          {run.data !== undefined && (
            <>
              <span>
                <State name={run.data.status} />
              </span>
              <JsonView value={run.data.value} label={t.returns} />
            </>
          )}
        </div>
      </div>
    </Panel>
  )
}

function withoutTitles({
  title: _title,
  description: _description,
  ...schema
}: Record<string, unknown>): Record<string, unknown> {
  return schema
}
