import { texts } from '../texts.ts'
import type { Problem } from './check.ts'

const t = texts.editor
type Written = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]
type Line = {
  readonly path: Path
  readonly level: number
  readonly name: string
  readonly action: string
  /** Whether, when and how often it runs, where that is not always and once. */
  readonly runs: string
}

const BELOW = ['steps', 'branches', 'catch', 'undo', 'on_failure'] as const

/** The tree as it will run, from the definition as it is written. */
export function Outline({
  definition,
  problems,
  chosen,
  onChoose,
}: {
  definition: unknown
  problems: readonly Problem[]
  chosen: Path | null
  onChoose: (path: Path) => void
}) {
  const lines = linesIn(definition, [], 0)
  if (lines.length === 0) return <p className="panel-body muted">{t.noSteps}</p>
  return (
    <ul className="outline" aria-label={t.tree}>
      {lines.map(({ path, level, name, action, runs }) => {
        const pointer = `/${path.join('/')}`
        const wrong = problems.find(
          (problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`),
        )
        return (
          <li key={pointer}>
            <button
              type="button"
              data-row
              aria-current={chosen !== null && `/${chosen.join('/')}` === pointer}
              style={{ paddingLeft: 16 + level * 14 }}
              onClick={() => onChoose(path)}
            >
              <strong className="cut">{name}</strong> <code className="muted cut">{action}</code>
              {runs !== '' && <span className="muted small cut">{runs}</span>}
              {wrong !== undefined && (
                <span className={`badge ${wrong.severity === 'error' ? 'bad' : 'wait'}`}>{wrong.code}</span>
              )}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function runsOf({ if: condition, forced, retry, until }: Written): string {
  const attempts = (retry as Written | null | undefined)?.['max_attempts']
  return [
    condition === undefined || condition === null ? '' : t.runs.if(asText(condition)),
    forced === true ? t.runs.forced : '',
    typeof attempts === 'number' ? t.runs.attempts(attempts) : '',
    until === undefined || until === null ? '' : t.runs.until(asText(until)),
  ]
    .filter(Boolean)
    .join(', ')
}

function asText(condition: unknown): string {
  return typeof condition === 'string' ? condition : JSON.stringify(condition)
}

function linesIn(value: unknown, path: Path, level: number): Line[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return []
  const written = value as Written
  return BELOW.flatMap((name) => {
    const below = written[name]
    const list = Array.isArray(below) ? below : name === 'catch' && below !== undefined && below !== null ? [below] : []
    return list.flatMap((member: unknown, i) => {
      const at: Path = Array.isArray(below) ? [...path, name, i] : [...path, name]
      if (member === null || typeof member !== 'object') return []
      const { id, action, title } = member as Written
      const isStep = name !== 'branches' && name !== 'catch'
      const label = typeof title === 'string' ? title : typeof id === 'string' ? id : String(i + 1)
      const line = {
        path: at,
        level,
        name: `${t.below[name]} ${label}`.trim(),
        action: typeof action === 'string' ? action : isStep ? 'FLOW.DO' : '',
        runs: runsOf(member as Written),
      }
      return [line, ...linesIn(member, at, level + 1)]
    })
  })
}
