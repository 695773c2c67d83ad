/** Fills the parts of a path in, percent-encoded: path`/v1/jobs/${id}`. */
export declare function path(texts: TemplateStringsArray, ...parts: readonly string[]): string;
