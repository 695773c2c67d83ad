import { type Schema, Validator } from '@cfworker/json-schema'
import Form from '@rjsf/core'
import type { RJSFSchema, RJSFValidationError, UiSchema, ValidationData, ValidatorType } from '@rjsf/utils'
import { useId } from 'react'

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
    return {
      errors: own.map(
        ({ instanceLocation, error }): RJSFValidationError => ({
          stack: `${instanceLocation.slice(1)} ${error}`,
          message: error,
        }),
      ),
      errorSchema: {},
    }
  },
}

type Props = {
  schema: Record<string, unknown>
  value?: unknown
  /** The word on its button; without one there is none, and every change is told. */
  submit?: string
  isBusy?: boolean
  onSubmit?: (value: unknown) => void
  onChange?: (value: unknown) => void
}

/** A yes or no that is wanted is chosen aloud: an empty box would be neither, and a no could not be said. */
function choicesOf({ properties, required }: RJSFSchema): UiSchema {
  const wanted = Object.entries(properties ?? {}).filter(
    ([name, one]) =>
      required?.includes(name) && typeof one === 'object' && one.type === 'boolean' && one.default === undefined,
  )
  return Object.fromEntries(wanted.map(([name]) => [name, { 'ui:widget': 'radio' }]))
}

/** A yes or no that nobody chose is neither. */
const NOTHING_IS_CHOSEN = { requiredBooleanDefault: 'skip' } as const

/** A form made from a JSON Schema. */
export function SchemaForm({ schema, value, submit, isBusy = false, onSubmit, onChange }: Props) {
  const id = useId()
  return (
    <Form
      className="rjsf"
      idPrefix={id}
      schema={schema as RJSFSchema}
      uiSchema={choicesOf(schema)}
      formData={value}
      validator={validator}
      showErrorList="top"
      experimental_defaultFormStateBehavior={NOTHING_IS_CHOSEN}
      // What is wrong stands above the form; without this it is told to the console as well.
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
