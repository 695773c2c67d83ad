import type { Block } from '@conduit-jobs/client'
import { Suspense } from 'react'
import { Link } from 'wouter'
import { Loading } from '../parts/basics.tsx'
import { part } from '../parts/part.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'

const SchemaForm = part(async () => (await import('../parts/schemaForm.tsx')).SchemaForm)
const t = texts.editor
const TAG = /\{[%:#<=][\s\S]*[%:#>=]\}/

type Props = {
  /** What the chosen step names; null: no step is chosen. */
  action: string | null
  block: Block | undefined
  parameters: Record<string, unknown>
  onApply: (parameters: unknown) => void
}

/** A step's parameters as a form from its block's schema; what holds a tag is text. */
export function StepForm({ action, block, parameters, onApply }: Props) {
  const may = useMay()
  if (!may('blocks:read')) return <p className="muted">{t.noBlocks}</p>
  if (block === undefined)
    return <p className="muted breaks">{action === null ? t.chooseStep : t.unknownBlock(action)}</p>
  const properties = (block.parameters['properties'] ?? {}) as Record<string, Record<string, unknown>>
  const { title: _title, description: _description, ...schema } = block.parameters
  const fields = Object.entries(properties).map(([name, property]) => {
    const value = parameters[name]
    const isTag = typeof value === 'string' && TAG.test(value)
    return [
      name,
      isTag ? { type: 'string', title: name, description: property['description'] } : { title: name, ...property },
    ]
  })
  return (
    <div className="stack tight">
      <p className="small">
        <Link href={`/blocks/${encodeURIComponent(block.action)}`} className="mono">
          {block.action}
        </Link>{' '}
        <span className="muted">{block.description}</span>
      </p>
      {fields.length === 0 ? (
        <p className="muted">{t.noParameters}</p>
      ) : (
        <Suspense fallback={<Loading />}>
          <SchemaForm
            key={JSON.stringify(parameters)}
            schema={{ ...schema, properties: Object.fromEntries(fields) as Record<string, unknown> }}
            value={parameters}
            submit={t.apply}
            onSubmit={onApply}
          />
        </Suspense>
      )}
    </div>
  )
}
