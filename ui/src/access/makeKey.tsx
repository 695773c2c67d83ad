import type { KeyInput } from '@conduit-jobs/client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { InputField } from '../parts/field.tsx'
import { listOf } from '../parts/listOf.ts'
import { momentOf } from '../parts/moments.ts'
import { service } from '../service.ts'
import { texts } from '../texts.ts'
import { ScopeChoice } from './scopeChoice.tsx'

const t = texts.access
/** The form for a new key. The first one closes the service, which is said. */
export function MakeKey({
  isFirst,
  onClose,
  onMade,
}: {
  isFirst: boolean
  onClose: () => void
  onMade: (secret: string) => void
}) {
  const [name, setName] = useState('')
  const [tenant, setTenant] = useState('')
  const [tags, setTags] = useState('')
  const [expires, setExpires] = useState('')
  const [definitions, setDefinitions] = useState('')
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(isFirst ? ['admin'] : ['jobs:read']))
  const make = useMutation({
    mutationFn: () => {
      const input = {
        name,
        scopes: [...scopes],
        ...(tenant === '' ? {} : { tenant }),
        ...(tags.trim() === '' ? {} : { tags: listOf(tags) }),
        ...(expires === '' ? {} : { expires_at: momentOf(expires) }),
        ...(definitions.trim() === '' ? {} : { definitions: listOf(definitions) }),
      }
      return service.keys.create(input as KeyInput)
    },
    onSuccess: ({ secret }) => onMade(secret),
  })
  return (
    <Dialog
      title={t.makeKey}
      action={t.make}
      onAction={() => make.mutate()}
      onClose={onClose}
      isBusy={make.isPending || scopes.size === 0}
      error={make.error}
    >
      {isFirst && <p className="callout wait">{t.firstKey}</p>}
      <div className="fields">
        <InputField
          label={t.name}
          refused={{ error: make.error, at: '/name' }}
          required
          value={name}
          onChange={setName}
        />
        <InputField
          label={t.tenant}
          refused={{ error: make.error, at: '/tenant' }}
          placeholder="default"
          value={tenant}
          onChange={setTenant}
        />
        <InputField
          label={t.tags}
          refused={{ error: make.error, at: '/tags' }}
          placeholder="HTTP, …"
          value={tags}
          onChange={setTags}
        />
        <InputField
          label={t.ends}
          refused={{ error: make.error, at: '/expires_at' }}
          type="datetime-local"
          value={expires}
          onChange={setExpires}
        />
        <InputField
          label={t.onlyDefinitions}
          hint={t.onlyDefinitionsHint}
          wide
          refused={{ error: make.error, at: '/definitions' }}
          placeholder="refund, report-*"
          value={definitions}
          onChange={setDefinitions}
        />
      </div>
      <ScopeChoice chosen={scopes} onChange={setScopes} />
    </Dialog>
  )
}
