import { Link } from 'wouter'
import { Command, Moment, Nothing } from '../parts/basics.tsx'
import { duration, number, plural } from '../parts/format.ts'
import { MayLink } from '../shell/mayLink.tsx'
import { texts } from '../texts.ts'
import type { Failures, Stats } from './stats.ts'

const t = texts.overview

/** Failures by action and error type; each leads to the jobs that were counted. */
export function FailureTable({ failures, since }: { failures: readonly Failures[]; since: string }) {
  if (failures.length === 0) return <p className="muted panel-body">{t.noFailures}</p>
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>{t.action}</th>
            <th>{t.type}</th>
            <th className="right">{t.count}</th>
          </tr>
        </thead>
        <tbody>
          {failures.map(({ action, type, count }) => {
            const query = new URLSearchParams({ state: 'failed', action_failed: action, created_after: since })
            if (type !== null) query.set('error_type', type)
            return (
              <tr key={`${action} ${type}`}>
                <td className="breaks">
                  <Link href={`/jobs?${query}`} data-row className="mono">
                    {action}
                  </Link>
                </td>
                <td className="breaks">{type ?? <Nothing />}</td>
                <td className="right numbers">{number(count)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** The slowest actions. */
export function SlowTable({ actions }: { actions: NonNullable<Stats['actions']> }) {
  if (actions.length === 0) return <p className="muted panel-body">{t.noSlow}</p>
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>{t.action}</th>
            <th className="right">{t.runs}</th>
            <th className="right">{t.p50}</th>
            <th className="right">{t.p95}</th>
          </tr>
        </thead>
        <tbody>
          {[...actions]
            .sort((one, other) => other.p95_ms - one.p95_ms)
            .slice(0, 10)
            .map(({ action, count, p50_ms: p50, p95_ms: p95 }) => (
              <tr key={action}>
                <td className="breaks">
                  <MayLink scope="blocks:read" href={`/blocks/${encodeURIComponent(action)}`} className="mono">
                    {action}
                  </MayLink>
                </td>
                <td className="right numbers">{number(count)}</td>
                <td className="right numbers nowrap">{duration(p50)}</td>
                <td className="right numbers nowrap">{duration(p95)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  )
}

/** Jobs by definition. */
export function DefinitionTable({ definitions, since }: Pick<Stats, 'definitions' | 'since'>) {
  if (definitions.length === 0) return <NoDefinition />
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>{texts.job.definition}</th>
            <th className="right">{t.failed}</th>
            <th className="right">{t.total}</th>
          </tr>
        </thead>
        <tbody>
          {definitions.slice(0, 10).map(({ name, total, failed }) => (
            <tr key={name}>
              <td className="breaks">
                <Link href={`/jobs?${new URLSearchParams({ definition: name, created_after: since })}`}>{name}</Link>
              </td>
              <td className="right numbers">{number(failed)}</td>
              <td className="right numbers">{number(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function NoDefinition() {
  return (
    <div className="panel-body stack tight">
      <p className="muted">{t.noDefinitions}</p>
      <Command text="npx conduit definitions push ./definitions" />
    </div>
  )
}

/** Replicas that are alive. */
export function Replicas({ replicas }: { replicas: NonNullable<Stats['replicas']> }) {
  return (
    <ul className="panel-body stack tight">
      {replicas.map(({ id, started_at: at, jobs }) => (
        <li key={id} className="row">
          <span className="badge good">{t.alive}</span>
          <code className="breaks">{id}</code>
          <span className="muted small">
            {typeof at === 'string' && (
              <>
                {t.started} <Moment at={at} />
              </>
            )}
            {typeof jobs === 'number' && ` · ${plural(jobs, 'job')}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
