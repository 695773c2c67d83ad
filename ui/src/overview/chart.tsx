import { present } from '../parts/now.ts'
import { number, rate } from '../parts/format.ts'
import { texts } from '../texts.ts'
import type { Minute } from './stats.ts'

const HEIGHT = 120
/** At most so many bars stand on a screen; none is of less than the minute that is told. */
const MOST_BARS = 120
const MINUTE_MS = 60_000

type Bar = { readonly at: number; readonly finished: number; readonly failed: number }

/** Finished and failed jobs a minute over time as bars; the numbers of each stand in its title. */
export function MinutesChart({ minutes, hours }: { minutes: readonly Minute[]; hours: number }) {
  const bars = gather(minutes, hours)
  const each = (hours * 60) / bars.length
  const most = Math.max(...bars.map(({ finished, failed }) => finished + failed))
  if (most <= 0) return <p className="muted panel-body">{texts.overview.chartNone}</p>
  const width = 100 / bars.length
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
  const marks = [0, 1, 2, 3, 4].map((i) => bars[Math.min(bars.length - 1, Math.round((i * (bars.length - 1)) / 4))])
  return (
    <figure className="chart">
      <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={texts.overview.chart}>
        {bars.map(({ at, finished, failed }, i) => {
          const high = (finished / most) * (HEIGHT - 4)
          const low = (failed / most) * (HEIGHT - 4)
          return (
            <g key={at}>
              <title>{`${time.format(at)}: ${number(finished)} finished well, ${number(failed)} failed`}</title>
              <rect x={i * width} width={width} y={0} height={HEIGHT} fill="transparent" />
              <rect x={i * width} width={width * 0.82} y={HEIGHT - low} height={low} fill="var(--bar-bad)" />
              <rect x={i * width} width={width * 0.82} y={HEIGHT - low - high} height={high} fill="var(--bar-good)" />
            </g>
          )
        })}
      </svg>
      <figcaption className="spread small muted numbers">
        {marks.map((bar, i) => (
          <span key={i}>{time.format(bar?.at)}</span>
        ))}
      </figcaption>
      <span className="chart-top small muted numbers">{rate(most / each)}</span>
    </figure>
  )
}

/** Minutes without an end are not told, and six hours have more minutes than a screen has bars. */
function gather(minutes: readonly Minute[], hours: number): Bar[] {
  const count = Math.min(MOST_BARS, hours * 60)
  const span = (hours * 60 * MINUTE_MS) / count
  const end = Math.ceil(present() / span) * span
  const bars = Array.from({ length: count }, (_, i) => ({ at: end - (count - i) * span, finished: 0, failed: 0 }))
  for (const { at, finished, failed } of minutes) {
    const bar = bars[count - 1 - Math.floor((end - 1 - Date.parse(at)) / span)]
    if (bar === undefined) continue
    bar.finished += finished - failed
    bar.failed += failed
  }
  return bars
}
