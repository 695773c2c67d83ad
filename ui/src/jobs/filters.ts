import type { JobFilters } from '@conduit-jobs/client'
import { texts } from '../texts.ts'

/** The filters that stand in the address under the names that the service gives them. */
export type FilterName =
  | 'state'
  | 'name'
  | 'id_prefix'
  | 'definition'
  | 'schedule'
  | 'tag'
  | 'error_type'
  | 'action_failed'
  | 'created_by'
  | 'parent'
  | 'created_after'
  | 'created_before'
  | 'finished_after'
  | 'finished_before'

const LABEL = 'metadata.'

/** A filter that is set, as the address has it. */
export type SetFilter = { readonly name: string; readonly value: string }

/**
 * All that the address has beside the order. What is no filter goes to the service too, which says so: left out, all jobs
 * would be found.
 */
export function filtersIn(address: URLSearchParams): SetFilter[] {
  return [...address].filter(([name]) => name !== 'order').map(([name, value]) => ({ name, value }))
}

/** The same for the client. */
export function jobFilters(set: readonly SetFilter[]): JobFilters {
  const labels = set.filter(({ name }) => name.startsWith(LABEL))
  return {
    ...Object.fromEntries(set.filter(({ name }) => !name.startsWith(LABEL)).map(({ name, value }) => [name, value])),
    ...(labels.length === 0
      ? {}
      : { metadata: Object.fromEntries(labels.map(({ name, value }) => [name.slice(LABEL.length), value])) }),
  }
}

/** What somebody wrote into the search: `order=77` is a label, something like an id is one, the rest is a name. */
export function searchFor(text: string): Record<string, string> {
  const { rest, state } = withoutState(text)
  return { ...searchForOne(rest.trim()), ...(state === undefined ? {} : { state }) }
}

/** `order=77 state:failed`: the state beside what else is searched for. */
function withoutState(text: string): { readonly rest: string; readonly state?: string | undefined } {
  const found = /(?:^|\s)state\s*:\s*([a-z]+(?:,[a-z]+)*)(?=\s|$)/.exec(text)
  const isKnown = found?.[1]?.split(',').every((state) => texts.states.includes(state)) === true
  return isKnown ? { rest: text.replace(found[0], ' '), state: found[1] } : { rest: text }
}

function searchForOne(words: string): Record<string, string> {
  const label = /^(?:metadata\.)?([A-Za-z0-9_-]{1,40})\s*=\s*(.+)$/.exec(words)
  if (label !== null) return { [`${LABEL}${label[1]}`]: label[2] ?? '' }
  const named = /^(name|id|tag|definition|key)\s*:\s*(.+)$/.exec(words)
  if (named !== null) {
    const name = { id: 'id_prefix', key: 'created_by' }[named[1] ?? ''] ?? named[1] ?? 'name'
    return { [name]: named[2] ?? '' }
  }
  if (/^[0-9a-f]{6,}[0-9a-f-]*$/.test(words) || /^[A-Za-z]+[_-]?\d+$/.test(words)) return { id_prefix: words }
  return words === '' ? {} : { name: words }
}
