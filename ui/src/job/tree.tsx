import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { State } from '../parts/basics.tsx'
import { between, duration, plural } from '../parts/format.ts'
import { useNow } from '../parts/now.ts'
import { texts } from '../texts.ts'
import { dueAt, type JobView, stateOf, type StepView } from '../wire.ts'
import { Bar, QueueBar, type Scale } from './bar.tsx'
import { isFailure } from './failure.ts'
import { isLoop, type Line, linesOf } from './record.ts'
import type { LiveRecord } from './useRecord.ts'

const t = texts.job
const LINE_HEIGHT = 34
/** Above so many lines only those in sight are drawn. */
const DRAWN_WHOLE = 200
const MARGIN_LINES = 12

type TreeProps = { job: JobView; live: LiveRecord; chosen: string | null; onChoose: (path: string) => void }

/** The steps as a tree beside a timeline. Arrows move and fold, as the ARIA pattern of trees says; `j` and `k` too. */
export function StepTree({ job, live, chosen, onChoose }: TreeProps) {
  const [flips, setFlips] = useState<ReadonlySet<string>>(new Set())
  const lines = useMemo(
    () => linesOf(live.record, (key, folds) => isOpen(key, folds, flips, chosen)),
    // The record changes within; its version says when.
    [live.record, live.version, flips, chosen],
  )
  useEffect(() => {
    for (const line of lines) {
      if (line.kind === 'step' && line.opens && isOpen(line.key, false, flips, chosen)) live.open(line.step.path)
    }
  }, [lines, flips, chosen, live])
  const flip = (key: string): void => {
    const next = new Set(flips)
    if (!next.delete(key)) next.add(key)
    setFlips(next)
  }
  const scale = useScale(job)
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const isLong = lines.length > DRAWN_WHOLE
  const first = isLong ? Math.max(0, Math.floor(top / LINE_HEIGHT) - MARGIN_LINES) : 0
  const last = isLong ? first + Math.ceil(900 / LINE_HEIGHT) + 2 * MARGIN_LINES : lines.length
  const isFlat = lines.every((line) => line.kind === 'step' && !line.opens)
  const focusLine = (index: number): void => {
    const line = lines[index]
    if (line === undefined) return
    onChoose(line.kind === 'step' ? line.step.path : line.of.path)
    box.current?.scrollTo({ top: Math.min(box.current.scrollTop, index * LINE_HEIGHT) })
    const wanted = (index + 1) * LINE_HEIGHT - (box.current?.clientHeight ?? 0)
    if (isLong && box.current !== null && box.current.scrollTop < wanted) box.current.scrollTo({ top: wanted })
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus())
  }
  const pressed = (event: KeyboardEvent, index: number, line: Line, open: boolean): void => {
    const opens = line.kind === 'group' || line.opens
    const act = {
      ArrowDown: () => focusLine(index + 1),
      ArrowUp: () => focusLine(index - 1),
      Home: () => focusLine(0),
      End: () => focusLine(lines.length - 1),
      ArrowRight: () => (opens && !open ? flip(line.key) : focusLine(index + 1)),
      ArrowLeft: () => (opens && open ? flip(line.key) : focusLine(parentOf(lines, index))),
      Enter: () => (line.kind === 'step' ? onChoose(line.step.path) : flip(line.key)),
      ' ': () => opens && flip(line.key),
    }[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  const chosenIndex = lines.findIndex((line) => line.kind === 'step' && line.key === chosen)
  return (
    <div
      className={`tree ${isLong ? 'long' : ''} ${isFlat ? 'flat' : ''}`}
      ref={box}
      onScroll={({ currentTarget }) => isLong && setTop(currentTarget.scrollTop)}
    >
      <QueueLine job={job} scale={scale} />
      <div
        role="tree"
        aria-label={t.steps}
        style={isLong ? { height: lines.length * LINE_HEIGHT, paddingTop: first * LINE_HEIGHT } : {}}
      >
        {lines.slice(first, last).map((line, i) => {
          const index = first + i
          const open = isOpen(line.key, line.kind === 'group' && line.folds, flips, chosen)
          const isChosen = line.kind === 'step' && line.key === chosen
          const opens = line.kind === 'group' || line.opens
          return (
            <div
              key={line.key}
              role="treeitem"
              aria-level={line.level}
              aria-selected={isChosen}
              aria-setsize={-1}
              aria-posinset={line.kind === 'step' ? line.step.position : 1}
              {...(opens ? { 'aria-expanded': open } : {})}
              tabIndex={isChosen || (chosenIndex < 0 && index === 0) ? 0 : -1}
              className="line"
              data-row
              data-index={index}
              style={{ '--indent': `${(line.level - 1) * 16}px` } as CSSProperties}
              onClick={() => (line.kind === 'step' ? onChoose(line.step.path) : flip(line.key))}
              onFocus={() => line.kind === 'step' && !isChosen && onChoose(line.step.path)}
              onKeyDown={(event) => pressed(event, index, line, open)}
            >
              {opens ? (
                <span
                  className={open ? 'fold open' : 'fold'}
                  aria-hidden="true"
                  title={open ? t.collapse : t.expand}
                  onClick={(event) => {
                    event.stopPropagation()
                    flip(line.key)
                  }}
                />
              ) : (
                <span className="fold none" />
              )}
              {line.kind === 'step' ? (
                <StepLine step={line.step} scale={scale} />
              ) : (
                <GroupLine line={line} scale={scale} />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Many rounds begin folded, all else open; the chosen step is always in sight. */
function isOpen(key: string, folds: boolean, flips: ReadonlySet<string>, chosen: string | null): boolean {
  const holdsChosen = chosen !== null && chosen.startsWith(key.endsWith('/') ? key : `${key}/`)
  const byDefault = holdsChosen || !folds
  return flips.has(key) ? !byDefault : byDefault
}

function parentOf(lines: readonly Line[], index: number): number {
  const level = lines[index]?.level ?? 1
  for (let i = index - 1; i >= 0; i--) if ((lines[i]?.level ?? 0) < level) return i
  return index
}

function StepLine({ step, scale }: { step: StepView; scale: Scale }) {
  const now = useNow()
  const { children } = step
  return (
    <>
      <span className="line-name">
        <span className="cut">{step.title ?? step.id}</span>
        <code className="muted cut">{step.action}</code>
        {step.copied === true && <span className="chip">{t.copied}</span>}
        {children !== undefined && children.total > 0 && (
          <span className="muted small nowrap">
            {children.done}/{children.total}
            {children.failed > 0 && <span className="bad"> · {t.failed(children.failed)}</span>}
          </span>
        )}
        {step.progress && (
          <progress
            value={step.progress.done}
            max={step.progress.total ?? undefined}
            aria-label={step.progress.message ?? step.path}
          />
        )}
      </span>
      <span className="line-state">
        <State name={stateOf(step)} />
      </span>
      <Bar step={step} scale={scale} />
      <span className="line-took muted numbers small">
        {step.started_at === null ? '' : duration(between(step.started_at, step.finished_at, now))}
      </span>
    </>
  )
}

function GroupLine({ line, scale }: { line: Line & { kind: 'group' }; scale: Scale }) {
  const { name, of, steps } = line
  const failed = steps.filter(({ status }) => isFailure(status.value)).length
  const kind = isLoop(of) ? t.round : t.branch
  const label = { catch: t.catch, undo: t.undo, wait: t.wait }[name] ?? `${kind} ${name}`
  return (
    <>
      <span className="line-name">
        <span className="muted cut">{label}</span>
        <span className="muted small nowrap">
          {plural(steps.length, t.stepNoun)}
          {failed > 0 && <span className="bad"> · {t.failed(failed)}</span>}
        </span>
      </span>
      <span className="line-state" />
      <Bar step={spanOf(steps)} scale={scale} />
      <span className="line-took" />
    </>
  )
}

/** One bar for steps together. */
function spanOf(steps: readonly StepView[]): Pick<StepView, 'started_at' | 'finished_at' | 'status'> {
  const starts = steps.flatMap(({ started_at: at }) => at ?? []).sort()
  const ends = steps.map(({ finished_at: at }) => at)
  return {
    started_at: starts[0] ?? null,
    finished_at: ends.includes(null)
      ? null
      : (ends
          .flatMap((at) => at ?? [])
          .sort()
          .at(-1) ?? null),
    status: steps.find(({ status }) => isFailure(status.value))?.status ??
      steps[0]?.status ?? { name: 'NONE', value: -1 },
  }
}

/** How long the job stood in the queue, above its steps. */
function QueueLine({ job, scale }: { job: JobView; scale: Scale }) {
  const now = useNow()
  const from = dueAt(job)
  const to = job.started_at === null ? Math.max(now, from) : Date.parse(job.started_at)
  if (job.state === 'scheduled' || (job.started_at === null && job.finished_at !== null)) return null
  return (
    <div className="line queue-line">
      <span className="fold none" />
      <span className="muted">{t.waited}</span>
      <span />
      <QueueBar from={from} to={to} scale={scale} />
      <span className="line-took muted numbers small">{duration(to - from)}</span>
    </div>
  )
}

function useScale(job: JobView): Scale {
  const now = useNow()
  const from = Math.min(dueAt(job), job.started_at === null ? Number.POSITIVE_INFINITY : Date.parse(job.started_at))
  const to = job.finished_at === null ? Math.max(now, from + 1_000) : Date.parse(job.finished_at)
  return { from, to: Math.max(to, from + 1) }
}
