import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { type Document, LineCounter, parseDocument, visit } from 'yaml'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { isChangedInteger, isFiniteLiteral } from '../engine/values/numberLiterals.ts'

/** What is in a file of JSON or YAML; `-` is standard input. Throws a `CommandError` that names file, line and column. */
export async function readDocument(path: string): Promise<unknown> {
  const content = await read(path)
  // Every JSON text is YAML 1.2: one parser, and one place that tells line and column.
  const lineCounter = new LineCounter()
  const document = parseDocument(content, { prettyErrors: true, uniqueKeys: true, lineCounter })
  const [error] = document.errors
  if (error !== undefined) {
    const at = error.linePos?.[0]
    const location = at === undefined ? path : `${path}:${at.line}:${at.col}`
    throw new CommandError(`${location}: ${error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '')}`, EXIT.usage)
  }
  refuseChangedNumbers(document, path, lineCounter)
  return document.toJS({ maxAliasCount: 100 })
}

/** The service refuses numbers that a double would change; it must not get them changed already. */
function refuseChangedNumbers(document: Document, path: string, lines: LineCounter): void {
  visit(document, {
    Scalar(_, { value, source, range }) {
      if (typeof value !== 'number' || source === undefined) return
      const isKept = Number.isFinite(value) && isFiniteLiteral(source) && !isChangedInteger(source)
      if (isKept || /^[-+]?0[xo]/.test(source)) return
      const { line, col } = lines.linePos(range?.[0] ?? 0)
      throw new CommandError(
        `${path}:${line}:${col}: a double would change ${source.slice(0, 40)}; write it in quotes`,
        EXIT.usage,
      )
    },
  })
}

async function read(path: string): Promise<string> {
  if (path === '-') return text(process.stdin)
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'there is no such file' : 'can’t be read'
    throw new CommandError(`${path}: ${reason}`, EXIT.usage)
  }
}
