import { Loading, Problem } from '../parts/basics.tsx'
import { More } from '../parts/pages.tsx'
import { useAddress } from '../shell/address.ts'
import { texts } from '../texts.ts'
import { contentOf, useVersion, useVersions } from './data.ts'
import { diffLines } from './diff.ts'
import { WrittenCells, WrittenHeads } from './written.tsx'

const t = texts.definitions
/** Lines without a change that are shown around one that has. */
const CONTEXT = 3

/** All versions, and what one changed. */
export function VersionsTab({ name, latest }: { name: string; latest: number }) {
  const { rows, error, more } = useVersions(name)
  const [address, change] = useAddress()
  const chosen = Number(address.get('version') ?? latest)
  if (error !== null) return <Problem error={error} />
  if (rows === undefined) return <Loading />
  return (
    <div className="record">
      <section className="panel">
        <div className="panel-head">
          <h2>{t.changes(chosen)}</h2>
        </div>
        <Changes name={name} version={chosen} />
      </section>
      <div className="stack tight">
        <section className="panel scroll">
          <table>
            <thead>
              <tr>
                <th>{t.version}</th>
                <WrittenHeads />
              </tr>
            </thead>
            <tbody>
              {rows.map(({ version, ...written }) => (
                <tr key={version}>
                  <td>
                    <button
                      type="button"
                      className="as-link"
                      aria-pressed={version === chosen}
                      onClick={() => change({ version: String(version) }, 'step')}
                      data-row
                    >
                      {version}
                    </button>
                  </td>
                  <WrittenCells {...written} />
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <More more={more} />
      </div>
    </div>
  )
}

function Changes({ name, version }: { name: string; version: number }) {
  const now = useVersion(name, version)
  const before = useVersion(name, version - 1)
  if (now.error !== null) return <Problem error={now.error} />
  if (now.data === undefined || (version > 1 && before.data === undefined)) return <Loading />
  const text = (definition: typeof now.data): string => JSON.stringify(contentOf(definition), null, 2)
  const lines = diffLines(before.data === undefined ? '' : text(before.data), text(now.data))
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind !== 'same')
  return (
    <pre className="diff" tabIndex={0} role="region" aria-label={t.changes(version)}>
      {lines.map(({ kind, text: line }, i) =>
        isNear(i) ? (
          <span key={i} className={kind}>
            {{ same: '  ', added: '+ ', removed: '− ' }[kind]}
            {line}
            {'\n'}
          </span>
        ) : (
          isNear(i - 1) && (
            <span key={i} className="gap">
              {'⋯\n'}
            </span>
          )
        ),
      )}
    </pre>
  )
}
