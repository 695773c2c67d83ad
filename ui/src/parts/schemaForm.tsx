import { ConduitProblem } from '@conduit-jobs/client'
import { type Schema, Validator } from '@cfworker/json-schema'
import Form from '@rjsf/core'
import {
  type ErrorSchema,
  ErrorSchemaBuilder,
  type RJSFSchema,
  type RJSFValidationError,
  type UiSchema,
  type ValidationData,
  type ValidatorType,
} from '@rjsf/utils'
import { useId, useMemo } from 'react'
import { FORM_TEMPLATES } from './formTemplates.tsx'

/**
 * Judges without compiling to code, which the page's policy forbids. The service's own judgement is what counts; this
 * one is told sooner.
 */
const validator: ValidatorType = {
  isValid: (schema, value) => new Validator(schema as Schema, '2020-12', true).validate(value).valid,
  rawValidation: <Result,>(schema: RJSFSchema, value: unknown) => {
    const { errors } = new Validator(schema as Schema, '2020-12', false).validate(value)
    return { errors: errors as Result[] }
  },
  validateFormData: (value, schema): ValidationData<unknown> => {
    const { errors } = new Validator(schema as Schema, '2020-12', false).validate(value)
    // What a keyword holds together ("properties does not match") is said again by what is wrong in it.
    const own = errors.filter(({ keyword }) => !['properties', 'items', 'allOf', '$ref'].includes(keyword))
    const told = own.map(({ instanceLocation, error }) => ({ pointer: instanceLocation.slice(1), detail: error }))
    return {
      errors: told.map(
        ({ pointer, detail }): RJSFValidationError => ({ stack: `${pointer} ${detail}`, message: detail }),
      ),
      errorSchema: atFields(told),
    }
  },
}

/** What is wrong, at the fields that it is about: those with a pointer to nowhere stand above the form. */
function atFields(errors: readonly { readonly pointer: string; readonly detail: string }[]): ErrorSchema {
  const builder = new ErrorSchemaBuilder()
  for (const { pointer, detail } of errors) {
    const path = pointer.split('/').slice(1)
    builder.addErrors(
      detail,
      path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
    )
  }
  return builder.ErrorSchema
}

/** What the service refused of the form's value, which stood at `sentAs` of what was sent. */
function refusedAt(error: unknown, sentAs: string): ErrorSchema {
  const errors = error instanceof ConduitProblem ? error.errors : []
  const own = errors.filter(({ pointer }) => pointer.startsWith(`${sentAs}/`))
  return atFields(own.map(({ pointer, detail }) => ({ pointer: pointer.slice(sentAs.length), detail })))
}

type Props = {
  schema: Record<string, unknown>
  value?: unknown
  /** The word on its button; without one there is none, and every change is told. */
  submit?: string
  isBusy?: boolean
  /** What became of what was sent: the fields that it is about say so. */
  refused?: { readonly error: unknown; readonly sentAs: string }
  onSubmit?: (value: unknown) => void
  onChange?: (value: unknown) => void
}

/**
 * A yes or no that is wanted is chosen aloud: an empty box would be neither, and a no could not be said. What is secret is
 * not seen while it is typed.
 */
function widgetsOf({ properties, items, required }: RJSFSchema): UiSchema {
  const below = Object.entries(properties ?? {}).map(([name, one]) => {
    if (typeof one !== 'object') return [name, {}]
    if (isSecret(one)) return [name, { 'ui:widget': 'password', 'ui:autocomplete': 'off' }]
    const isWanted = required?.includes(name) && one.type === 'boolean' && one.default === undefined
    return [name, isWanted ? { 'ui:widget': 'radio' } : widgetsOf(one)]
  })
  const isList = typeof items === 'object' && !Array.isArray(items)
  return { ...(Object.fromEntries(below) as UiSchema), ...(isList ? { items: widgetsOf(items) } : {}) }
}

function isSecret({ type, 'x-secret': secret, writeOnly }: RJSFSchema): boolean {
  return type === 'string' && (secret === true || writeOnly === true)
}

/** A yes or no that nobody chose is neither. */
const NOTHING_IS_CHOSEN = { requiredBooleanDefault: 'skip' } as const

/** A form made from a JSON Schema. */
export function SchemaForm({ schema, value, submit, isBusy = false, refused, onSubmit, onChange }: Props) {
  const id = useId()
  const extraErrors = useMemo(() => refusedAt(refused?.error, refused?.sentAs ?? ''), [refused?.error, refused?.sentAs])
  return (
    <Form
      className="rjsf"
      // Without a button of its own it may stand in another form, where a form can't be.
      tagName={submit === undefined ? 'div' : 'form'}
      idPrefix={id}
      schema={schema as RJSFSchema}
      uiSchema={widgetsOf(schema)}
      formData={value}
      validator={validator}
      templates={FORM_TEMPLATES}
      extraErrors={extraErrors}
      // Each stands at its field.
      showErrorList={false}
      experimental_defaultFormStateBehavior={NOTHING_IS_CHOSEN}
      // Without this it is told to the console as well.
      onError={() => undefined}
      onSubmit={({ formData }) => onSubmit?.(formData)}
      onChange={({ formData }) => onChange?.(formData)}
    >
      {submit === undefined ? (
        <span />
      ) : (
        <button type="submit" className="button primary" disabled={isBusy}>
          {submit}
        </button>
      )}
    </Form>
  )
}
