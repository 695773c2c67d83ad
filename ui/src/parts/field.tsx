import { ConduitProblem } from '@conduit-jobs/client'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { Unreadable } from './parsed.ts'

/** What the control of a field is given: how it belongs to its label, and to what is wrong with it. */
export type FieldState = {
  readonly id: string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string | undefined
}

type Props = {
  label: string
  hint?: string | undefined
  /** Over the whole row of fields. */
  wide?: boolean
  /** What became of what was sent, and where the field stood in it. */
  refused?: { readonly error: unknown; readonly at: string } | undefined
  children: (state: FieldState) => ReactNode
}

/** A field of a form by hand; below it stands what the service refused of it, else a hint. */
export function Field({ label, hint, wide = false, refused, children }: Props) {
  const id = useId()
  const wrong = refused === undefined ? [] : refusalsAt(refused.error, refused.at, label)
  const said = wrong.length > 0 ? wrong.join('; ') : hint
  return (
    <div className={wide ? 'field wide' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': wrong.length > 0,
        'aria-describedby': said === undefined ? undefined : `${id}-said`,
      })}
      {said !== undefined && (
        <small id={`${id}-said`} className={wrong.length > 0 ? 'bad breaks' : undefined}>
          {said}
        </small>
      )}
    </div>
  )
}

type InputProps = Omit<Props, 'children'> &
  Omit<ComponentProps<'input'>, 'id' | 'onChange'> & { readonly onChange: (text: string) => void }

/** A field that is one input; who uses it hears its text. */
export function InputField({ label, hint, wide, refused, onChange, className = 'input', ...input }: InputProps) {
  return (
    <Field label={label} hint={hint} wide={wide ?? false} refused={refused}>
      {(state) => (
        <input className={className} {...input} {...state} onChange={({ target }) => onChange(target.value)} />
      )}
    </Field>
  )
}

type JsonProps = Omit<Props, 'children'> & {
  readonly text: string
  readonly rows?: number
  readonly onChange: (text: string) => void
}

/** A field that takes JSON; who uses it hears its text, and reads it by `parsed` under the same label. */
export function JsonField({ text, rows = 8, onChange, ...field }: JsonProps) {
  return (
    <Field {...field}>
      {(state) => (
        <textarea
          className="input code"
          rows={rows}
          value={text}
          onChange={({ target }) => onChange(target.value)}
          {...state}
        />
      )}
    </Field>
  )
}

/** What was said of a field, or by the service of something in it: then with its place. */
export function refusalsAt(error: unknown, at: string, label: string): string[] {
  if (error instanceof Unreadable) return error.field === label ? [error.detail] : []
  const errors = error instanceof ConduitProblem ? error.errors : []
  return errors.flatMap(({ pointer, detail }) => {
    if (pointer === at) return [detail]
    return pointer.startsWith(`${at}/`) ? [`${pointer.slice(at.length)} ${detail}`] : []
  })
}
