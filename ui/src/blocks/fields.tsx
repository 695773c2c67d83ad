import { Nothing } from '../parts/basics.tsx'
import { Prose } from '../parts/prose.tsx'
import { texts } from '../texts.ts'
import { descriptionOf, schemaInWords } from './schemaInWords.ts'

const t = texts.blocks
type Schema = Readonly<Record<string, unknown>>

/** The fields that a schema of an object has, as a table: of parameters, and of what comes back. */
export function Fields({ schema, none, isGiven = false }: { schema: Schema; none: string; isGiven?: boolean }) {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
  const required = new Set((schema['required'] ?? []) as string[])
  if (fields.length === 0) return <p className="panel-body muted">{none}</p>
  return (
    <section className="scroll" tabIndex={0} aria-label={isGiven ? t.returns : t.parameters}>
      <table className="stacks">
        <thead>
          <tr>
            <th>{t.name}</th>
            <th>{t.type}</th>
            <th>{isGiven ? t.presence : t.default}</th>
            <th>{t.meaning}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(([name, field]) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td data-head={t.type}>
                <code className="breaks">{schemaInWords(field)}</code>
              </td>
              <td data-head={isGiven ? t.presence : t.default}>
                {'default' in field ? (
                  <code>{JSON.stringify(field['default'])}</code>
                ) : required.has(name) ? (
                  isGiven ? (
                    t.always
                  ) : (
                    t.required
                  )
                ) : isGiven ? (
                  t.sometimes
                ) : (
                  t.optional
                )}
              </td>
              <td className="prose" data-head={t.meaning}>
                <Prose text={descriptionOf(field)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** What a block gives: the fields of an object, or its type in words. */
export function Returns({ schema }: { schema: Schema }) {
  const isObject = schema['properties'] !== undefined
  if (isObject) return <Fields schema={schema} none={texts.none} isGiven />
  return (
    <section className="scroll" tabIndex={0} aria-label={t.returns}>
      <table className="stacks">
        <thead>
          <tr>
            <th>{t.type}</th>
            <th>{t.meaning}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              <code className="breaks">{schemaInWords(schema)}</code>
            </td>
            <td className="prose" data-head={t.meaning}>
              {descriptionOf(schema) === '' ? <Nothing /> : <Prose text={descriptionOf(schema)} />}
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  )
}
