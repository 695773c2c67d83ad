/** What may hold a semicolon that ends nothing: texts, names, bodies between dollars, comments. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|;|[\s\S]/g

/** The statements of a migration, without those that are empty. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = []
  let text = ''
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === ';') {
      statements.push(text)
      text = ''
    } else if (!token.startsWith('--') && !token.startsWith('/*')) text += token
  }
  return [...statements, text].map((statement) => statement.trim()).filter(Boolean)
}

/** What a statement does to an index, if that is all it does. */
export type IndexStep = { readonly kind: 'create' | 'drop'; readonly index: string; readonly sql: string }

const CREATE = /^create\s+(unique\s+)?index\s+(\w+)\s+on\s+/i
const DROP = /^drop\s+index\s+(\w+)$/i

/**
 * The same statement for a table that others use meanwhile, which can't stand in a transaction; null for what is about
 * no index. It may be given again after it was cut off.
 */
export function concurrently(statement: string): IndexStep | null {
  const [start, unique = '', made] = CREATE.exec(statement) ?? []
  if (start !== undefined && made !== undefined) {
    const rest = statement.slice(start.length)
    return { kind: 'create', index: made, sql: `create ${unique}index concurrently if not exists ${made} on ${rest}` }
  }
  const dropped = DROP.exec(statement)?.[1]
  if (dropped === undefined) return null
  return { kind: 'drop', index: dropped, sql: `drop index concurrently if exists ${dropped}` }
}
