/** Labels of jobs, all of which must be there. */
export type Labels = Readonly<Record<string, string>>;
/** The query that filters by labels: `metadata.KEY=VALUE` for each. */
export declare function labels(metadata?: Labels): Labels;
