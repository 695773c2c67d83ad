import { actionOf } from '../../engine/registeredBlock.ts'
import type { JobFilters } from '../../store/jobs/jobList.ts'
import type { JobFilterRequest, OneOrMore } from '../../wire/jobFilters.ts'
import { metadataLabel, parentLabel, scheduleLabel, tagLabel } from '../../wire/labels.ts'
import { ProblemError } from '../../wire/problem.ts'
import { checkFilterText } from '../filterText.ts'

/** A job has no more labels; each one that is asked for costs a look-up for every job that is looked at. */
const MAX_LABELS = 50

/** Filters as the store takes them. Throws `malformed-request` for what no job can have. */
export function filtersOf(request: JobFilterRequest): JobFilters {
  const { state, name, definition, idPrefix, actionFailed, errorType, createdBy } = request
  const { createdAfter, createdBefore, finishedAfter, finishedBefore } = request
  return {
    ...given('states', state, listOf),
    ...given('name', name, checkFilterText),
    ...given('definitions', definition, listOf),
    ...given('idPrefix', idPrefix, checkFilterText),
    ...given('failedActions', actionFailed, (actions) => listOf(actions).map(actionOf)),
    ...given('failedTypes', errorType, listOf),
    ...given('createdBy', createdBy, listOf),
    ...given('createdAfter', createdAfter, Number),
    ...given('createdBefore', createdBefore, Number),
    ...given('finishedAfter', finishedAfter, Number),
    ...given('finishedBefore', finishedBefore, Number),
    labels: labelsOf(request),
  }
}

function given<Name extends string, From, To>(
  name: Name,
  value: From | undefined,
  to: (value: From) => To,
): { [Key in Name]?: To } {
  return (value === undefined ? {} : { [name]: to(value) }) as { [Key in Name]?: To }
}

function labelsOf({ tag, schedule, parent, metadata = {} }: JobFilterRequest): string[][] {
  const named = Object.entries(metadata)
  if (named.length > MAX_LABELS) {
    throw new ProblemError('malformed-request', `no job has more than ${MAX_LABELS} metadata; filter by fewer`)
  }
  const kinds: [OneOrMore<string> | undefined, (name: string) => string][] = [
    [parent, parentLabel],
    [schedule, scheduleLabel],
    [tag, tagLabel],
  ]
  return [
    ...kinds.flatMap(([names, label]) => (names === undefined ? [] : [listOf(names).map(label)])),
    ...named.map(([key, value]) => [metadataLabel(checkFilterText(key), checkFilterText(value))]),
  ]
}

function listOf(values: OneOrMore<string>): string[] {
  return [values].flat().map(checkFilterText)
}
