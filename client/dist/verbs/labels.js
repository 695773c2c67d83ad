/** The query that filters by labels: `metadata.KEY=VALUE` for each. */
export function labels(metadata = {}) {
    return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, value]));
}
