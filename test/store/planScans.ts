/** A node of a plan, as `explain (format json)` gives it. */
export type PlanNode = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly 'Sort Key'?: readonly string[]
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

/** A node and all below it. */
export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

/** In which order the rows come that a node writes: what they were sorted by last, where nothing since then mixed them. */
export function orderOf(node: PlanNode | undefined): readonly string[] {
  switch (node?.['Node Type']) {
    case 'Sort':
      return node['Sort Key'] ?? []
    // Each row of the first, in its order, with what it finds in the second.
    case 'Nested Loop':
    case 'ModifyTable':
    case 'Subquery Scan':
    case 'Result':
      return orderOf(node.Plans?.[0])
    default:
      return []
  }
}

/** Whether a condition names a column of the index, but not all that stand before it. */
function hasGap(condition: string, columns: readonly string[]): boolean {
  const named = columns.map((column) => new RegExp(`(?<![.\\w])${column}\\b`).test(condition))
  return named.includes(false) && named.lastIndexOf(true) > named.indexOf(false)
}
