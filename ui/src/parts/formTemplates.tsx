import type { ArrayFieldItemTemplateProps, IconButtonProps, TemplatesType } from '@rjsf/utils'
import { texts } from '../texts.ts'

const t = texts.form

/** A button of a form: the library's own are drawn by a font that is not here. */
function withText(text: string, className = '') {
  return function FormButton({ id, disabled, onClick }: IconButtonProps) {
    return (
      <button id={id} type="button" className={`button small ${className}`} disabled={disabled} onClick={onClick}>
        {text}
      </button>
    )
  }
}

/** A member of a list, with what can be done with it below. */
function ListItem({ children, buttonsProps, hasToolbar, index, registry }: ArrayFieldItemTemplateProps) {
  const { ArrayFieldItemButtonsTemplate: Buttons } = registry.templates
  return (
    <div className="form-item" role="group" aria-label={t.item(index + 1)}>
      {children}
      {hasToolbar && (
        <div className="row tight">
          <Buttons {...buttonsProps} />
        </div>
      )}
    </div>
  )
}

/** How lists and fields of free names are drawn. */
export const FORM_TEMPLATES: Partial<Omit<TemplatesType, 'ButtonTemplates'>> & {
  ButtonTemplates: Partial<TemplatesType['ButtonTemplates']>
} = {
  ArrayFieldItemTemplate: ListItem,
  ButtonTemplates: {
    AddButton: withText(t.add),
    RemoveButton: withText(texts.remove, 'danger'),
    ClearButton: withText(t.clear),
    CopyButton: withText(texts.copy),
    MoveUpButton: withText(t.up),
    MoveDownButton: withText(t.down),
  },
}
