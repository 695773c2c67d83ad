/** The rows whose secrets are sealed, by the names under which they are. */
export const rowOf = {
  webhook: (tenant: string, id: string): string => `webhook/${tenant}/${id}`,
  /** A job's callbacks. */
  job: (tenant: string, id: string): string => `job/${tenant}/${id}`,
  serviceSecret: (name: string): string => `service_secret/${name}`,
}
