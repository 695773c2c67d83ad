import { type RefObject, type UIEventHandler, useEffect, useRef, useState, useSyncExternalStore } from 'react'

/** Above so many lines only those in sight are drawn. */
const DRAWN_WHOLE = 200
const MARGIN_LINES = 12
/** More than any screen shows at once. */
const IN_SIGHT_PX = 900
/** Where a line has two rows; as in the style sheet. */
const narrow = matchMedia('(max-width: 560px)')
const LINE_PX = 34
const NARROW_LINE_PX = 56

/** Which of many lines are drawn, and where. */
export type TreeWindow = {
  readonly box: RefObject<HTMLDivElement | null>
  readonly isLong: boolean
  readonly lineHeight: number
  readonly first: number
  readonly last: number
  readonly onScroll: UIEventHandler<HTMLDivElement>
  /** Brings a line into sight and focuses it. */
  readonly focus: (index: number) => void
}

/** @param chosen the line that is to be in sight; less than 0: none */
export function useTreeWindow(count: number, chosen: number): TreeWindow {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const lineHeight = useSyncExternalStore(onWidth, () => (narrow.matches ? NARROW_LINE_PX : LINE_PX))
  const isLong = count > DRAWN_WHOLE
  const first = isLong ? Math.max(0, Math.floor(top / lineHeight) - MARGIN_LINES) : 0
  const last = isLong ? first + Math.ceil(IN_SIGHT_PX / lineHeight) + 2 * MARGIN_LINES : count
  useEffect(() => {
    if (isLong && chosen >= 0) bringIntoSight(box.current, chosen, lineHeight)
  }, [isLong, chosen, lineHeight])
  return {
    box,
    isLong,
    lineHeight,
    first,
    last,
    onScroll: ({ currentTarget }) => isLong && setTop(currentTarget.scrollTop),
    focus: (index) => {
      if (isLong) bringIntoSight(box.current, index, lineHeight)
      requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus())
    },
  }
}

function bringIntoSight(box: HTMLElement | null, index: number, lineHeight: number): void {
  const tree = box?.querySelector<HTMLElement>('[role="tree"]')
  if (box === null || tree === null || tree === undefined) return
  const top = tree.offsetTop - box.offsetTop + index * lineHeight
  box.scrollTo({ top: Math.max(top + lineHeight - box.clientHeight, Math.min(box.scrollTop, top)) })
}

function onWidth(changed: () => void): () => void {
  narrow.addEventListener('change', changed)
  return () => narrow.removeEventListener('change', changed)
}
