/** Labels of jobs, all of which must be there. */
export type Labels = Readonly<Record<string, string>>

/** The query that filters by labels: `metadata.KEY=VALUE` for each. */
export function labels(metadata: Labels = {}): Labels {
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, value]))
}
