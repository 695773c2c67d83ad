import { Fragment } from 'react'
import type { Json, StepError, StepView } from '../wire.ts'

const TOLD_CHARACTERS = 160
const TOLD_PARAMETERS = 3
const TAG = /\{[%:#<=][\s\S]*[%:#>=]\}/

type Given = { readonly parameter: string; readonly value: unknown; readonly from: string }

/**
 * Which value a parameter had, and which tag gave it: of the parameter that an error names what its message leaves out, of an
 * error that names none the parameters that tags gave.
 */
export function Source({ error, step }: { error: StepError | null; step: StepView | undefined }) {
  if (error === null) return null
  if (error.parameter === undefined) return <Givens all={givensOf(step)} />
  const parameter = error.parameter.replace(/^\//, '')
  const { message, expected, value, actual, from } = error
  const given = brief(JSON.stringify(value) ?? actual ?? '')
  if (message.includes(from ?? error.parameter)) {
    if (value === undefined || value === null || message.includes(given)) return null
    return (
      <>
        {'; '}
        {parameter} was <Code text={given} />.
      </>
    )
  }
  return (
    <>
      {' '}
      The parameter <Code text={parameter} /> must be {expected}; it was <Code text={given} />
      {from ? (
        <>
          , given by <Code text={from} />
        </>
      ) : null}
      .
    </>
  )
}

function Givens({ all }: { all: readonly Given[] }) {
  return all.map(({ parameter, value, from }) => (
    <Fragment key={parameter}>
      {' '}
      The parameter <Code text={parameter} /> was <Code text={brief(JSON.stringify(value))} />, given by{' '}
      <Code text={from} />.
    </Fragment>
  ))
}

/** What tags gave to the parameters of a step. */
function givensOf(step: StepView | undefined): Given[] {
  const resolved = step?.resolved
  if (typeof resolved !== 'object' || resolved === null) return []
  const values = resolved as Readonly<Record<string, Json>>
  const given = Object.entries(step?.parameters ?? {}).flatMap(([parameter, written]) => {
    const text = typeof written === 'string' ? written : (JSON.stringify(written) ?? '')
    return TAG.test(text) && parameter in values ? [{ parameter, value: values[parameter], from: brief(text) }] : []
  })
  return given.slice(0, TOLD_PARAMETERS)
}

function brief(text: string): string {
  return text.length <= TOLD_CHARACTERS ? text : `${text.slice(0, TOLD_CHARACTERS)} …`
}

/** Its direction stays its own. */
function Code({ text }: { text: string }) {
  return (
    <bdi>
      <code>{text}</code>
    </bdi>
  )
}
