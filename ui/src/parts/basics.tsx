import { ConduitProblem } from '@conduit-jobs/client'
import type { ReactNode } from 'react'
import { texts } from '../texts.ts'
import { CopyButton } from './copy.tsx'
import { ago, between, duration, exactly } from './format.ts'
import { useNow } from './now.ts'
import { PartMissing } from './part.ts'

/** The head of a page: its one `h1`, and what can be done here. */
export function PageHead({ title, note, children }: { title: string; note?: ReactNode; children?: ReactNode }) {
  return (
    <header className="page-head">
      <div>
        <h1 title={title}>{title}</h1>
        {note}
      </div>
      {children !== undefined && <div className="row">{children}</div>}
    </header>
  )
}

export function Panel({ title, end, children }: { title?: ReactNode; end?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel">
      {title !== undefined && (
        <div className="panel-head">
          <h2>{title}</h2>
          {end}
        </div>
      )}
      {children}
    </section>
  )
}

/** What to do where nothing is yet, with a command to copy. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string
  children?: ReactNode
  command?: string | undefined
}) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
      {command !== undefined && <Command text={command} />}
    </div>
  )
}

export function Command({ text }: { text: string }) {
  return (
    <div className="command">
      <code tabIndex={0}>{text}</code>
      <CopyButton text={text} />
    </div>
  )
}

export function Loading({ rows = 3 }: { rows?: number }) {
  return (
    <div className="loads stack" role="status">
      <span className="hidden">{texts.loading}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="loading" style={{ width: `${88 - ((i * 17) % 40)}%` }} />
      ))}
    </div>
  )
}

/** What the service said, with the fields it named and the request's id. */
export function Problem({ error, title }: { error: unknown; title?: string }) {
  if (error instanceof PartMissing) {
    return (
      <div className="callout bad" role="alert">
        <strong>{texts.partMissing}</strong>
        <p>{texts.partMissingText}</p>
      </div>
    )
  }
  if (!(error instanceof ConduitProblem)) {
    // What browsers throw where nothing answers.
    const isAway = error instanceof TypeError
    const said = error instanceof Error ? error.message : String(error)
    return (
      <div className="callout bad" role="alert">
        <strong>{title ?? (isAway ? texts.unreachable : texts.wrong)}</strong>
        <p>{isAway ? texts.unreachableText : said}</p>
      </div>
    )
  }
  if (error.status === 404 && error.slug !== 'not-found') return <NotOffered />
  return (
    <div className="callout bad" role="alert">
      <strong>{title ?? error.title}</strong>
      <p>{error.detail}</p>
      {error.status === 404 && <p>{texts.gone}</p>}
      {error.errors.length > 0 && (
        <ul>
          {error.errors.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              <code>{pointer === '' ? '/' : pointer}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {error.instance !== null && (
        <p className="small">
          {texts.request} <code>{error.instance}</code>
        </p>
      )}
    </div>
  )
}

export function NotOffered() {
  return <p className="muted">{texts.notOffered}</p>
}

/** Stands where a value would. */
export function Nothing() {
  return <span className="muted nothing">{texts.none}</span>
}

/** A moment as people say it; the exact one on hover. */
export function Moment({ at }: { at: string | null | undefined }) {
  const now = useNow()
  if (at === null || at === undefined) return <Nothing />
  return (
    <time className="nowrap" dateTime={at} title={exactly(at)}>
      {ago(at, now)}
    </time>
  )
}

/** How long something took, or has taken so far. */
export function Took({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow()
  if (from === null) return <Nothing />
  return <span className="nowrap numbers">{duration(between(from, to, now))}</span>
}

const TONES: Readonly<Record<string, string>> = {
  succeeded: 'good',
  DONE: 'good',
  delivered: 'good',
  failed: 'bad',
  running: 'busy',
  waiting: 'wait',
  pending: 'wait',
  open: 'wait',
  scheduled: 'later',
  queued: 'hollow',
  NONE: 'hollow',
  HANDLED: 'wait',
}
/** Statuses that are no failure, whatever their number. */
const STILL: ReadonlySet<string> = new Set([
  'SKIPPED',
  'IF_CONDITION_FAILED',
  'STOPPED',
  'cancelled',
  'answered',
  'expired',
])

/** A state of a job, a status of a step, a delivery's state: by its name on the wire. */
export function State({ name }: { name: string }) {
  const tone = TONES[name] ?? (STILL.has(name) || name === name.toLowerCase() ? '' : 'bad')
  return <span className={`badge ${tone}`}>{name}</span>
}
