import type { Key } from '@conduit-jobs/client'
import { present } from '../parts/now.ts'
import { Moment } from '../parts/basics.tsx'
import { texts } from '../texts.ts'

const t = texts.access
const ACTIONS = ['change', 'rotate', 'revoke'] as const
type Action = (typeof ACTIONS)[number]

/** All keys: what they may do, when they were used and when they end, and what can be done with those that are good. */
export function KeyTable({ keys, onAsk }: { keys: readonly Key[]; onAsk: (key: Key, what: Action) => void }) {
  return (
    <section className="panel scroll">
      <table className="stacks">
        <thead>
          <tr>
            <th>{t.name}</th>
            <th>{t.tenant}</th>
            <th>{t.scopes}</th>
            <th>{t.lastUse}</th>
            <th>{t.ends}</th>
            <th>
              <span className="hidden">{t.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <td className="breaks">
                {key.name}
                <br />
                <code className="muted">{key.id}</code>
              </td>
              <td data-head={t.tenant}>{key.tenant}</td>
              <td data-head={t.scopes}>
                <div className="row tight">
                  {[...key.scopes, ...key.tags].map((scope) => (
                    <span key={scope} className="chip">
                      {scope}
                    </span>
                  ))}
                  {key.definitions !== null && (
                    <span className="muted small">{texts.blocks.onlyIn(key.definitions.join(', '))}</span>
                  )}
                </div>
              </td>
              <td data-head={t.lastUse}>
                {key.last_used_at === null ? (
                  <span className="muted">{t.never}</span>
                ) : (
                  <Moment at={key.last_used_at} />
                )}
              </td>
              <td data-head={t.ends}>
                <Ends of={key} />
              </td>
              <td className="right nowrap">
                {key.revoked_at === null && (
                  <span className="row tight">
                    {ACTIONS.map((action) => (
                      <button
                        key={action}
                        type="button"
                        className={action === 'revoke' ? 'button small danger' : 'button small'}
                        onClick={() => onAsk(key, action)}
                      >
                        {t[action]}
                      </button>
                    ))}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Ends({ of: { revoked_at: revoked, expires_at: ends } }: { of: Key }) {
  if (revoked !== null) return <span className="badge bad">{t.revoked}</span>
  if (ends === null) return <span className="muted">{t.never}</span>
  if (Date.parse(ends) <= present()) return <span className="badge bad">{t.expired}</span>
  return <Moment at={ends} />
}
