/** A node of a plan, as `explain (format json)` gives it. */
export type PlanNode = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

/** The columns of each index, in order. */
export type Indexes = ReadonlyMap<string, readonly string[]>

/**
 * The tables and indexes that a plan reads from one end to the other, or from one end of a tenant to the other: an index
 * on (tenant, created_at, id) that is asked for a tenant and an id finds the id by looking at each of the tenant's.
 */
export function scansOf(node: PlanNode, indexes: Indexes): string[] {
  return [...scanOf(node, indexes), ...(node.Plans ?? []).flatMap((child) => scansOf(child, indexes))]
}

function scanOf(node: PlanNode, indexes: Indexes): string[] {
  switch (node['Node Type']) {
    case 'Seq Scan':
      return [node['Relation Name'] ?? 'a table']
    case 'Index Scan':
    case 'Index Only Scan':
    case 'Bitmap Index Scan': {
      const { 'Index Name': name = '', 'Index Cond': condition } = node
      return condition === undefined || hasGap(condition, indexes.get(name) ?? []) ? [name] : []
    }
    default:
      return []
  }
}

/** Whether a condition names a column of the index, but not all that stand before it. */
function hasGap(condition: string, columns: readonly string[]): boolean {
  const named = columns.map((column) => new RegExp(`(?<![.\\w])${column}\\b`).test(condition))
  return named.includes(false) && named.lastIndexOf(true) > named.indexOf(false)
}
