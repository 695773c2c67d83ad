import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Node's TypeScript shows a tab as this many spaces. */
const SHOWN_TAB = 4

const MODULE = /\.m?[jt]s$/

/**
 * Where in the operator's files an error arose while they were loaded, as `file:line:column`; null where nothing tells.
 *
 * @param files the URLs of the operator's files, in the order in which they were imported
 */
export async function placeOf(error: unknown, files: ReadonlySet<string>): Promise<string | null> {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return null
  const found = (await shownPlace(error.stack)) ?? framePlace(error.stack, files)
  if (found !== null || !(error instanceof SyntaxError)) return found
  for (const url of files) {
    const place = await syntaxPlace(url, error.message)
    if (place !== null) return place
  }
  return null
}

/** What the parser of TypeScript, that of CommonJS and the linker set before the stack: file and line, and the source with carets below. */
async function shownPlace(stack: string): Promise<string | null> {
  const head = /^(?<file>file:\/\/.*|\/.*|[A-Za-z]:\\.*):(?<line>\d+)\n/.exec(stack)
  if (head === null) return null
  const { file = '', line = '' } = head.groups ?? {}
  const path = file.startsWith('file:') ? fileURLToPath(file) : file
  const source = await sourceLine(path, Number(line))
  const shown = stack.slice(head[0].length, stack.search(/\n\s*\n|\n\w*Error/))
  const carets = /^ *(?=\^)/m.exec(shown.replaceAll('\t', ' '.repeat(source.includes('\t') ? SHOWN_TAB : 1)))
  // What spans lines has no carets: it begins on this one.
  const column = carets === null ? source.search(/\S|$/) : unexpanded(source, carets[0].length)
  return `${path}:${line}:${column + 1}`
}

/** The column of a line that is shown at `width`, tabs being shown as spaces. */
function unexpanded(source: string, width: number): number {
  let shown = 0
  for (const [column, character] of [...source].entries()) {
    if (shown >= width) return column
    shown += character === '\t' ? SHOWN_TAB : 1
  }
  return source.length
}

async function sourceLine(path: string, line: number): Promise<string> {
  const source = await readFile(path, 'utf8').catch(() => '')
  return source.split('\n')[line - 1] ?? ''
}

/** The innermost call in a file of the operator: what was thrown deeper was thrown for what stands there. */
function framePlace(stack: string, files: ReadonlySet<string>): string | null {
  const names = [...files].flatMap((url) => [url, fileURLToPath(url)])
  for (const frame of stack.split('\n').filter((line) => /^\s*at /.test(line))) {
    for (const name of names) {
      const place = /^:\d+:\d+/.exec(frame.split(name)[1] ?? '')
      if (place !== null) return `${name.startsWith('file:') ? fileURLToPath(name) : name}${place[0]}`
    }
  }
  return null
}

/** Reads a module and runs nothing of it. */
const PARSE = `
  const source = require('fs').readFileSync(process.argv[1], 'utf8')
  const { stripTypeScriptTypes } = require('module')
  const parsed = /ts$/.test(process.argv[1]) ? stripTypeScriptTypes(source) : source
  new (require('vm').SourceTextModule)(parsed, { identifier: 'module' })`

const FLAGS = ['--no-warnings', '--experimental-vm-modules', '--input-type=commonjs']

/** V8 tells the place in a module only where the error ends a process: one that is made for it. */
async function syntaxPlace(url: string, message: string): Promise<string | null> {
  const path = fileURLToPath(url)
  if (!MODULE.test(path)) return null
  const parsing = spawn(process.execPath, [...FLAGS, '--eval', PARSE, path], { stdio: ['ignore', 'ignore', 'pipe'] })
  // A place is a help: what was thrown is told all the same.
  parsing.on('error', () => undefined)
  const told = await text(parsing.stderr)
  const [, line, before] = /^module:(\d+)\n.*\n(\s*)\^/.exec(told) ?? []
  const isIt = line !== undefined && before !== undefined && told.includes(`\nSyntaxError: ${message}\n`)
  return isIt ? `${path}:${line}:${before.length + 1}` : null
}
