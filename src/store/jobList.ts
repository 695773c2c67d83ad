export type JobList = { page(query: any): Promise<any>; warm(): Promise<void>; close(): Promise<void> }
export function openJobList(_p: unknown): JobList { return { page: async () => ({ jobs: [], next: null }), warm: async () => {}, close: async () => {} } }
