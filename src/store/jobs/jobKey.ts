/** One name for a job across tenants, to look it up by. A tenant's name holds no line break. */
export function jobKey({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenant}\n${id}`
}
