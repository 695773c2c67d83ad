import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseDocument } from 'yaml'
import { CommandError, EXIT } from '../admin/commandError.ts'

/** What is in a file of JSON or YAML; `-` is standard input. Throws a `CommandError` that names file, line and column. */
export async function readDocument(path: string): Promise<unknown> {
  const content = await read(path)
  // Every JSON text is YAML 1.2: one parser, and one place that tells line and column.
  const document = parseDocument(content, { prettyErrors: true, uniqueKeys: true })
  const [error] = document.errors
  if (error !== undefined) {
    const at = error.linePos?.[0]
    const place = at === undefined ? path : `${path}:${at.line}:${at.col}`
    throw new CommandError(`${place}: ${error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '')}`, EXIT.usage)
  }
  return document.toJS({ maxAliasCount: 100 })
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
