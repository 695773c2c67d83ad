import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { table } from './table.ts'

/** An error class of the service, as its source declares it. */
export type ErrorClass = {
  readonly name: string
  /** Where it stands, below `src`. */
  readonly path: string
  readonly parent: string
  /** Its docstring; empty: there is none. */
  readonly meaning: string
  /** What its `code` can be, each with what it means where the source says so. */
  readonly codes: readonly { readonly code: string; readonly meaning: string }[]
}

const SRC = join(import.meta.dirname, '../../src')
const CLASS =
  /(?:\/\*\* ?((?:(?!\*\/)[\s\S])*?)\*\/\n)?(?:export )?(?:abstract )?class (\w+) extends (\w*Error)\b([\s\S]*?)\n\}/g

/** All classes of errors in `src`, in order of their names. */
export async function errorClasses(): Promise<ErrorClass[]> {
  const entries = await readdir(SRC, { recursive: true })
  const paths = entries.filter((path) => path.endsWith('.ts') && !path.startsWith('store/generated'))
  const found = await Promise.all(paths.map(async (path) => classesIn(path, await readFile(join(SRC, path), 'utf8'))))
  return found.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function classesIn(path: string, source: string): ErrorClass[] {
  return [...source.matchAll(CLASS)].map(([, doc = '', name = '', parent = '', body = '']) => {
    const type = /readonly code: (\w+)/.exec(body)?.[1]
    const fixed = /readonly code = '(\w+)'/.exec(body)?.[1]
    const codes = fixed === undefined ? codesOf(source, type) : [{ code: fixed, meaning: '' }]
    return { name, path, parent, meaning: sentence(doc), codes }
  })
}

/** The members of a union of texts, each with the comment before it. */
function codesOf(source: string, type: string | undefined): { code: string; meaning: string }[] {
  const union = type === undefined ? undefined : new RegExp(`type ${type} =\\n([\\s\\S]*?)\\n\\n`).exec(source)?.[1]
  const members = union?.matchAll(/(?:\/\*\* (.*?) \*\/\s+)?\| '([\w-]+)'/g) ?? []
  return [...members].map(([, meaning = '', code = '']) => ({ code, meaning }))
}

function sentence(doc: string): string {
  return doc.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim()
}

/** The types that the service gives a failed step without a class: what happened is no exception. */
async function typesOfSteps(): Promise<string[]> {
  const entries = await readdir(SRC, { recursive: true })
  const paths = entries.filter((path) => /^(?:engine\/(?:run|flow)|executor)\/.*\.ts$/.test(path))
  const texts = await Promise.all(paths.map((path) => readFile(join(SRC, path), 'utf8')))
  const types = texts.flatMap((text) => [...text.matchAll(/type: '([A-Z]\w+)', message/g)].map(([, type = '']) => type))
  return [...new Set(types)].toSorted()
}

/** `docs/errors.md`. */
export async function errorsPage(): Promise<string> {
  const classes = await errorClasses()
  const rows = classes.map(({ name, path, meaning, codes }) => [
    `\`${name}\``,
    meaning,
    codes.map(({ code }) => `\`${code}\``).join(', '),
    `\`src/${path}\``,
  ])
  const meant = classes.flatMap(({ name, codes }) =>
    codes.flatMap(({ code, meaning }) => (meaning === '' ? [] : [[`\`${code}\``, `\`${name}\``, meaning]])),
  )
  return `# Errors

Every class of errors in the service, and its codes. What a client is told stands in [problems.md](problems.md), what a step
is told in [statuses.md](statuses.md): the \`type\` of a failed step's error is the name of its class here, or that of what the
block threw, or one of those below. Compare classes and codes, never messages.

${table(['class', 'what it means', 'codes', 'where'], rows)}

Types of steps' errors that have no class: ${(await typesOfSteps()).map((type) => `\`${type}\``).join(', ')}.

Codes that want a word more:

${table(['code', 'class', 'what it means'], meant)}

This page is generated from the classes of \`src\` by \`npm run docs\`.
`
}
