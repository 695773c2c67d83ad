import type { Block, Key } from '@conduit-jobs/client'
import { present } from '../parts/now.ts'
import { useKeys } from '../access/data.ts'
import { Loading, Panel, Problem } from '../parts/basics.tsx'
import { useMay, useMe } from '../shell/session.tsx'
import { texts } from '../texts.ts'

const t = texts.blocks

/** Which keys may use a block: those that submit jobs and hold all its tags. Keys are told to admins; others read of themselves. */
export function KeysOf({ block }: { block: Block }) {
  const may = useMay()
  return (
    <Panel title={t.keys}>
      <div className="panel-body stack tight">
        {may('admin') ? <AllKeys block={block} /> : <OwnKey block={block} />}
      </div>
    </Panel>
  )
}

function AllKeys({ block }: { block: Block }) {
  const { data, error } = useKeys()
  if (error !== null) return <Problem error={error} />
  if (data === undefined) return <Loading rows={1} />
  if (data.length === 0) return <p className="muted">{t.noKeys(block.tags)}</p>
  const usable = data.filter((key) => mayUse(key, block))
  if (usable.length === 0) return <p className="muted">{t.noneOfKeys(block.tags)}</p>
  return (
    <ul className="row tight">
      {usable.map(({ id, name, tenant, definitions }) => (
        <li key={id} className="chip" title={id}>
          {name} · {tenant}
          {definitions !== null && ` · ${t.onlyIn(definitions.join(', '))}`}
        </li>
      ))}
    </ul>
  )
}

function OwnKey({ block }: { block: Block }) {
  const { tags, scopes } = useMe()
  const missing = block.tags.filter((tag) => !tags.includes(tag))
  if (!scopes.includes('jobs:write')) return <p className="muted">{t.thisKeySubmitsNone}</p>
  return <p className="muted">{missing.length === 0 ? t.thisKeyMay : t.thisKeyLacks(missing)}</p>
}

function mayUse({ scopes, tags, revoked_at: revoked, expires_at: ends }: Key, block: Block): boolean {
  const isGood = revoked === null && (ends === null || Date.parse(ends) > present())
  return isGood && scopes.includes('jobs:write') && block.tags.every((tag) => tags.includes(tag))
}
