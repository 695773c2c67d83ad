import { useState } from 'react'
import { present } from '../parts/now.ts'
import { formText } from '../parts/formText.ts'
import { localTime, momentOf } from '../parts/moments.ts'
import type { ChangeAddress } from '../shell/address.ts'
import { texts } from '../texts.ts'
import { type FilterName, type SetFilter, searchFor } from './filters.ts'

const t = texts.jobs
const FIELDS: readonly { name: FilterName; label: string; type?: string }[] = [
  { name: 'name', label: t.name },
  { name: 'id_prefix', label: t.id },
  { name: 'definition', label: t.definition },
  { name: 'schedule', label: t.schedule },
  { name: 'tag', label: t.tag },
  { name: 'error_type', label: t.errorType },
  { name: 'action_failed', label: t.failedAction },
  { name: 'created_by', label: t.key },
  { name: 'parent', label: t.parent },
  { name: 'created_after', label: t.after, type: 'datetime-local' },
  { name: 'created_before', label: t.before, type: 'datetime-local' },
  { name: 'finished_after', label: t.finishedAfter, type: 'datetime-local' },
  { name: 'finished_before', label: t.finishedBefore, type: 'datetime-local' },
]

/** What is asked for most: since when, in days. */
const SPANS = [
  [t.day, 1],
  [t.week, 7],
] as const

/** The minute so many days ago. */
function minuteAgo(days: number): string {
  return new Date(Math.floor(present() / 60_000) * 60_000 - days * 86_400_000).toISOString()
}

/** All states that end some day, as one press. */
const NOT_OVER = texts.states.slice(0, 4).join(',')

type Props = { set: readonly SetFilter[]; isOldestFirst: boolean; change: ChangeAddress }

/** The filters of the list: a search, states to press, the rest on demand, and chips of what is set. */
export function FilterBar({ set, isOldestFirst, change }: Props) {
  const [isOpen, setOpen] = useState(false)
  const value = (name: string): string => set.find((one) => one.name === name)?.value ?? ''
  const states = value('state').split(',').filter(Boolean)
  const toggle = (state: string): void => {
    const next = states.includes(state) ? states.filter((one) => one !== state) : [...states, state]
    change({ state: next.join(',') })
  }
  return (
    <div className="stack tight filters">
      <div className="row">
        <form
          role="search"
          className="search"
          onSubmit={(event) => {
            event.preventDefault()
            const form = event.currentTarget
            change(searchFor(formText(form, 'search')))
            form.reset()
          }}
        >
          <label className="hidden" htmlFor="search">
            {t.search}
          </label>
          <input
            id="search"
            name="search"
            type="search"
            className="input"
            placeholder={t.searchHint}
            data-search
            autoComplete="off"
          />
        </form>
        <div className="row tight" role="group" aria-label={t.state}>
          {texts.states.map((state) => (
            <button
              key={state}
              type="button"
              className="chip"
              aria-pressed={states.includes(state)}
              onClick={() => toggle(state)}
            >
              {state}
            </button>
          ))}
          <button
            type="button"
            className="chip"
            aria-pressed={value('state') === NOT_OVER}
            onClick={() => change({ state: value('state') === NOT_OVER ? null : NOT_OVER })}
          >
            {t.notOver}
          </button>
        </div>
        <div className="row tight" role="group" aria-label={t.order}>
          <button
            type="button"
            className="chip"
            aria-pressed={isOldestFirst}
            onClick={() => change({ order: isOldestFirst ? null : 'created_at' })}
          >
            {t.oldest}
          </button>
        </div>
        <div className="row tight" role="group" aria-label={t.after}>
          {SPANS.map(([label, days]) => (
            <button
              key={label}
              type="button"
              className="chip"
              onClick={() => change({ created_after: minuteAgo(days), created_before: null })}
            >
              {label}
            </button>
          ))}
        </div>
        <button type="button" className="button quiet small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? t.less : t.more}
        </button>
      </div>
      {isOpen && (
        <div className="fields panel panel-body">
          <label className="field">
            <span>{t.label}</span>
            <input
              className="input"
              placeholder="order=77"
              onBlur={({ target }) => {
                if (!target.value.includes('=')) return
                change(searchFor(target.value))
                target.value = ''
              }}
              onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
            />
          </label>
          {FIELDS.map(({ name, label, type = 'text' }) => (
            <label key={`${name} ${value(name)}`} className="field">
              <span>{label}</span>
              <input
                className="input"
                type={type}
                defaultValue={type === 'text' ? value(name) : localTime(value(name))}
                onBlur={({ target }) =>
                  change({ [name]: type === 'text' ? target.value.trim() : momentOf(target.value) })
                }
                onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
              />
            </label>
          ))}
        </div>
      )}
      <SetFilters set={set.filter(({ name }) => name !== 'state')} change={change} all={set} />
    </div>
  )
}

function SetFilters({
  set,
  all,
  change,
}: {
  set: readonly SetFilter[]
  all: readonly SetFilter[]
  change: ChangeAddress
}) {
  if (all.length === 0) return null
  return (
    <div className="row tight">
      {set.map(({ name, value }) => (
        <button key={name} type="button" className="chip" onClick={() => change({ [name]: null })} title={texts.remove}>
          {name.replace('metadata.', '')} = {value} <span aria-hidden="true">×</span>
          <span className="hidden">{texts.remove}</span>
        </button>
      ))}
      <button
        type="button"
        className="button quiet small"
        onClick={() => change(Object.fromEntries(all.map(({ name }) => [name, null])))}
      >
        {t.clear}
      </button>
    </div>
  )
}
