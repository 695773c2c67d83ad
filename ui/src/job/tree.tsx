import type { CSSProperties, KeyboardEvent } from 'react'
import { useNow } from '../parts/now.ts'
import { texts } from '../texts.ts'
import { dueAt, type JobView } from '../wire.ts'
import type { Scale } from './bar.tsx'
import { GroupLine, QueueLine, StepLine } from './lines.tsx'
import type { Line } from './record.ts'
import { parentOf, useTreeLines } from './treeLines.ts'
import { useTreeWindow } from './treeWindow.ts'
import type { LiveRecord } from './useRecord.ts'

const t = texts.job

type TreeProps = { job: JobView; live: LiveRecord; chosen: string | null; onChoose: (path: string) => void }

/** The steps as a tree beside a timeline. Arrows move and fold, as the ARIA pattern of trees says; `j` and `k` too. */
export function StepTree({ job, live, chosen, onChoose }: TreeProps) {
  const { lines, opens, isOpen, flip } = useTreeLines(live, chosen)
  const chosenIndex = lines.findIndex((line) => line.kind === 'step' && line.key === chosen)
  const { box, isLong, lineHeight, first, last, onScroll, focus } = useTreeWindow(lines.length, chosenIndex)
  const scale = useScale(job)
  // Where the keyboard comes in: at the chosen step, while it is drawn.
  const entry = chosenIndex >= first && chosenIndex < last ? chosenIndex : first
  const goTo = (index: number): void => {
    const line = lines[index]
    if (line === undefined) return
    onChoose(line.kind === 'step' ? line.step.path : line.of.path)
    focus(index)
  }
  const act = (line: Line): void => (line.kind === 'step' ? onChoose(line.step.path) : flip(line))
  const pressed = (event: KeyboardEvent, line: Line, index: number): void => {
    const does = {
      ArrowDown: () => goTo(index + 1),
      ArrowUp: () => goTo(index - 1),
      Home: () => goTo(0),
      End: () => goTo(lines.length - 1),
      ArrowRight: () => (opens(line) && !isOpen(line) ? flip(line) : goTo(index + 1)),
      ArrowLeft: () => (opens(line) && isOpen(line) ? flip(line) : goTo(parentOf(lines, index))),
      Enter: () => act(line),
      ' ': () => opens(line) && flip(line),
    }[event.key]
    if (does === undefined) return
    event.preventDefault()
    does()
  }
  const isFlat = !lines.some(opens)
  return (
    <div className={`tree ${isLong ? 'long' : ''} ${isFlat ? 'flat' : ''}`} ref={box} onScroll={onScroll}>
      <QueueLine job={job} scale={scale} />
      <div
        role="tree"
        aria-label={t.steps}
        style={isLong ? { height: lines.length * lineHeight, paddingTop: first * lineHeight } : {}}
      >
        {lines.slice(first, last).map((line, i) => (
          <TreeLine
            key={line.key}
            line={line}
            scale={scale}
            isOpen={opens(line) ? isOpen(line) : null}
            isChosen={first + i === chosenIndex}
            isEntry={first + i === entry}
            index={first + i}
            onAct={() => act(line)}
            onFlip={() => flip(line)}
            onKey={(event) => pressed(event, line, first + i)}
          />
        ))}
      </div>
    </div>
  )
}

type LineProps = {
  line: Line
  scale: Scale
  /** Null: nothing stands below it. */
  isOpen: boolean | null
  isChosen: boolean
  /** Whether the keyboard comes into the tree here. */
  isEntry: boolean
  index: number
  onAct: () => void
  onFlip: () => void
  onKey: (event: KeyboardEvent) => void
}

function TreeLine({ line, scale, isOpen, isChosen, isEntry, index, onAct, onFlip, onKey }: LineProps) {
  return (
    <div
      role="treeitem"
      aria-level={line.level}
      aria-selected={isChosen}
      aria-setsize={-1}
      aria-posinset={line.kind === 'step' ? line.step.position : 1}
      {...(isOpen === null ? {} : { 'aria-expanded': isOpen })}
      tabIndex={isEntry ? 0 : -1}
      className="line"
      data-row
      data-index={index}
      style={{ '--indent': `${(line.level - 1) * 16}px` } as CSSProperties}
      onClick={onAct}
      onFocus={() => line.kind === 'step' && !isChosen && onAct()}
      onKeyDown={onKey}
    >
      {isOpen === null ? (
        <span className="fold none" />
      ) : (
        <span
          className={isOpen ? 'fold open' : 'fold'}
          aria-hidden="true"
          title={isOpen ? t.collapse : t.expand}
          onClick={(event) => {
            event.stopPropagation()
            onFlip()
          }}
        />
      )}
      {line.kind === 'step' ? <StepLine step={line.step} scale={scale} /> : <GroupLine line={line} scale={scale} />}
    </div>
  )
}

function useScale(job: JobView): Scale {
  const now = useNow()
  const from = Math.min(dueAt(job), job.started_at === null ? Number.POSITIVE_INFINITY : Date.parse(job.started_at))
  const to = job.finished_at === null ? Math.max(now, from + 1_000) : Date.parse(job.finished_at)
  return { from, to: Math.max(to, from + 1) }
}
