import { Link } from 'wouter'
import { Empty, Loading, Nothing, PageHead, Problem } from '../parts/basics.tsx'
import { More } from '../parts/pages.tsx'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { useDefinitions } from './data.ts'
import { OneDefinition } from './definition.tsx'
import { WrittenCells, WrittenHeads } from './written.tsx'

const t = texts.definitions

/** Named definitions: all, or one whole. */
export function DefinitionsView({ name }: { name: string | null }) {
  return name === null ? <AllDefinitions /> : <OneDefinition key={name} name={name} />
}

function AllDefinitions() {
  const { rows, error, more } = useDefinitions()
  const may = useMay()
  return (
    <>
      <PageHead title={texts.nav.definitions}>
        {may('definitions:write') && (
          <Link href="/editor" className="button primary">
            {t.write}
          </Link>
        )}
      </PageHead>
      {error !== null && <Problem error={error} />}
      {rows === undefined && error === null && <Loading />}
      {rows?.length === 0 && (
        <Empty title={t.none} command="npx conduit definitions push ./definitions">
          <p>{t.noneText}</p>
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <div className="stack tight">
          <section className="panel scroll">
            <table className="stacks lines">
              <thead>
                <tr>
                  <th>{t.name}</th>
                  <th>{t.title}</th>
                  <th className="right">{t.version}</th>
                  <WrittenHeads />
                  {may('definitions:write') && (
                    <th>
                      <span className="hidden">{texts.access.actions}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {rows.map(({ name, title, version, ...written }) => (
                  <tr key={name}>
                    <td className="breaks">
                      <Link href={`/definitions/${name}`} data-row>
                        {name}
                      </Link>
                    </td>
                    <td className="breaks" data-head={t.title}>
                      {title ?? <Nothing />}
                    </td>
                    <td className="right numbers" data-head={t.version} data-lead={texts.lead.version}>
                      {version}
                    </td>
                    <WrittenCells {...written} />
                    {may('definitions:write') && (
                      <td className="right">
                        <Link href={`/editor?definition=${name}`} className="button small">
                          {t.edit}
                          <span className="hidden"> {name}</span>
                        </Link>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <More more={more} />
        </div>
      )}
    </>
  )
}
