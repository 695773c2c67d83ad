/** The rows whose secrets are sealed, by the names under which they are. */
export const rowOf = {
  webhook: (tenant: string, id: string): string => `webhook/${tenant}/${id}`,
  /** A job's callbacks. */
  job: (tenant: string, id: string): string => `job/${tenant}/${id}`,
  /** A job's secret local values. */
  inputs: (tenant: string, jobId: string): string => `inputs/${tenant}/${jobId}`,
  /** Those of the jobs that a schedule makes. */
  schedule: (tenant: string, name: string): string => `schedule/${tenant}/${name}`,
  /** A tenant's own, which definitions name. */
  secret: (tenant: string, name: string): string => `secret/${tenant}/${name}`,
  /** A secret in the answer to a request that may be repeated. */
  request: (tenant: string, operation: string, key: string): string => `request_key/${tenant}/${operation}/${key}`,
  serviceSecret: (name: string): string => `service_secret/${name}`,
}
