import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'
import { texts } from '../texts.ts'
import { Problem } from './basics.tsx'

/** A field that says what is wrong with it: one by hand, or one of a form made from a schema. */
const WRONG = '[aria-invalid="true"], .rjsf-field-error :is(input, select, textarea)'

/** A question before something is done. Escape and the backdrop close it. */
export function Dialog({
  title,
  children,
  action,
  onAction,
  onClose,
  danger = false,
  isBusy = false,
  error = null,
}: {
  title: string
  children?: ReactNode
  action?: string
  onAction?: () => void
  onClose: () => void
  danger?: boolean
  isBusy?: boolean
  error?: unknown
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    // What is closed gives the focus back to where it was, what is only taken away does not.
    return () => shown?.close()
  }, [])
  // What was refused is told at its field, which is where its writer goes on.
  useEffect(() => {
    const wrong = error === null ? undefined : dialog.current?.querySelector<HTMLElement>(WRONG)
    wrong?.closest('details')?.setAttribute('open', '')
    wrong?.focus()
  }, [error])
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onAction?.()
        }}
      >
        <h2>{title}</h2>
        {children}
        {error !== null && <Problem error={error} />}
        <div className="dialog-end">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {action === undefined ? texts.close : texts.back}
          </button>
          {action !== undefined && (
            <button type="submit" className={`button primary ${danger ? 'danger' : ''}`} disabled={isBusy}>
              {action}
            </button>
          )}
        </div>
      </form>
    </dialog>
  )
}
