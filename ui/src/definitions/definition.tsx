import { useMutation, useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { Link } from 'wouter'
import { Loading, PageHead, Panel, Problem } from '../parts/basics.tsx'
import { JsonView } from '../parts/json.tsx'
import { part } from '../parts/part.ts'
import { Tabs } from '../shell/tabs.tsx'
import { useSchedules } from '../schedules/data.ts'
import { service } from '../service.ts'
import { useOpenJob } from '../shell/openJob.ts'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { contentOf, type Definition, runTests, useDefinition } from './data.ts'
import { DeleteDialog } from './deleteDialog.tsx'
import { VersionsTab } from './versions.tsx'

const SchemaForm = part(async () => (await import('../parts/schemaForm.tsx')).SchemaForm)
const t = texts.definitions

/** One definition: start it, its versions, its tests, its content, and where it runs. */
export function OneDefinition({ name }: { name: string }) {
  const { data, error } = useDefinition(name)
  const read = useSchedules().data
  const schedules = read?.first.filter(({ job }) => job.definition === name) ?? []
  const may = useMay()
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <Link href="/definitions" className="small">
        ← {texts.nav.definitions}
      </Link>
      <PageHead title={name} note={data && <p className="muted">{t.versionOf(data.version, data.title ?? '')}</p>}>
        {data !== undefined && may('jobs:read') && (
          <Link href={`/jobs?definition=${name}`} className="button">
            {t.jobs}
          </Link>
        )}
        {data !== undefined && may('definitions:write') && (
          <>
            <Link href={`/editor?definition=${name}`} className="button">
              {t.edit}
            </Link>
            <button type="button" className="button danger" onClick={() => setDeleting(true)}>
              {t.delete}
            </button>
          </>
        )}
      </PageHead>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <div className="stack">
          {data.description && <p className="breaks">{data.description}</p>}
          {(schedules.length > 0 || read?.isAll === false) && (
            <p>
              {t.schedules}{' '}
              {schedules.map((schedule) => (
                <Link key={schedule.name} href={`/schedules?name=${schedule.name}`} className="chip">
                  {schedule.name}
                </Link>
              ))}{' '}
              {read?.isAll === false && (
                <span className="muted">{texts.ofFirst(read.first.length, texts.nav.schedules)}</span>
              )}
            </p>
          )}
          <Tabs
            label={name}
            tabs={[
              ...(may('jobs:write')
                ? [{ name: 'start', label: t.start, show: () => <StartTab definition={data} /> }]
                : []),
              { name: 'versions', label: t.versions, show: () => <VersionsTab name={name} latest={data.version} /> },
              { name: 'tests', label: t.tests, show: () => <TestsTab definition={data} /> },
              {
                name: 'content',
                label: t.content,
                show: () => <JsonView value={contentOf(data)} wide label={t.content} />,
              },
            ]}
          />
        </div>
      )}
      {isDeleting && <DeleteDialog name={name} schedules={schedules} onClose={() => setDeleting(false)} />}
    </>
  )
}

/** The inputs as a form; what is sent starts a job, which opens. */
function StartTab({ definition: { name, inputs } }: { definition: Definition }) {
  const openJob = useOpenJob()
  const start = useMutation({
    mutationFn: (values: unknown) =>
      service.jobs.submit({
        definition: name,
        ...(inputs ? { local_values: values as Record<string, unknown> } : {}),
      }),
    onSuccess: ({ id }) => openJob(id),
  })
  return (
    <Panel title={t.startTitle}>
      <div className="panel-body stack">
        {!inputs && <p className="muted">{t.noInputs}</p>}
        <Suspense fallback={<Loading />}>
          <SchemaForm
            schema={inputs ?? { type: 'object', properties: {} }}
            submit={t.start}
            isBusy={start.isPending}
            refused={{ error: start.error, sentAs: '/local_values' }}
            onSubmit={(values) => start.mutate(values)}
          />
        </Suspense>
        {start.error !== null && <Problem error={start.error} />}
      </div>
    </Panel>
  )
}

/** Its tests with their results: they run when they are looked at, which does nothing outside. */
function TestsTab({ definition: { name, version, tests } }: { definition: Definition }) {
  const may = useMay()
  const count = tests?.length ?? 0
  const mayRun = count > 0 && (may('jobs:write') || may('definitions:write'))
  const run = useQuery({
    queryKey: ['definitions', name, 'tests', version],
    queryFn: () => runTests(name),
    enabled: mayRun,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })
  return (
    <Panel
      title={t.testCount(count)}
      end={
        mayRun && (
          <button type="button" className="button small" disabled={run.isFetching} onClick={() => void run.refetch()}>
            {t.runTests}
          </button>
        )
      }
    >
      <div className="panel-body stack tight" role="status">
        {count === 0 && <p className="muted">{t.noTests}</p>}
        {!mayRun && tests?.map(({ name: test }) => <p key={test}>{test}</p>)}
        {mayRun && run.isPending && <Loading rows={2} />}
        {run.error !== null && <Problem error={run.error} />}
        {run.data?.tests.map((test) => (
          <div key={test.name}>
            <p className="row tight">
              <span className={test.success ? 'badge good' : 'badge bad'}>{test.success ? t.passed : t.broken}</span>
              {test.name}
            </p>
            <ul className="small bad">
              {test.problems.map(({ pointer, detail }) => (
                <li key={pointer + detail}>
                  <code>{pointer}</code> {detail}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Panel>
  )
}
