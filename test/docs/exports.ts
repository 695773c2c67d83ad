import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseSync } from 'vite'
import { ROOT } from './fences.ts'

export type Exported = {
  readonly name: string
  readonly kind: 'function' | 'class' | 'const' | 'type'
  /** Made by `defineBlock`, or by what a file of blocks makes of it: its description is part of it. */
  readonly isBlock: boolean
  /** The type that a schema of the same name gives. */
  readonly isOfSchema: boolean
  readonly hasDocstring: boolean
  readonly line: number
}

/** What a file exports, in its order. */
export function exportsOf(path: string, text: string): Exported[] {
  const { program, comments } = parseSync(path, text)
  const found: Exported[] = []
  for (const node of program.body) {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration === null) continue
    const before = comments.findLast(({ end }) => end <= node.start)
    const isBeside = before !== undefined && text.slice(before.end, node.start).trim() === ''
    const hasDocstring = isBeside && before.type === 'Block' && before.value.startsWith('*')
    const line = text.slice(0, node.start).split('\n').length
    for (const { name, kind, written } of declared(node.declaration, text)) {
      const isBlock = kind === 'const' && /^\w+ = define[A-Z]\w*\(/.test(written)
      found.push({ name, kind, isBlock, isOfSchema: /= Static</.test(written), hasDocstring, line })
    }
  }
  return found
}

type Declaration = NonNullable<
  Extract<ReturnType<typeof parseSync>['program']['body'][number], { type: 'ExportNamedDeclaration' }>['declaration']
>

type Declared = { readonly name: string; readonly kind: Exported['kind']; readonly written: string }

function declared(declaration: Declaration, text: string): Declared[] {
  switch (declaration.type) {
    case 'VariableDeclaration':
      return declaration.declarations.flatMap(({ id, start, end }) =>
        id.type === 'Identifier' ? [{ name: id.name, kind: 'const', written: text.slice(start, end) }] : [],
      )
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return declaration.id === null ? [] : [{ name: declaration.id.name, kind: 'function', written: '' }]
    case 'ClassDeclaration':
      return declaration.id === null ? [] : [{ name: declaration.id.name, kind: 'class', written: '' }]
    case 'TSTypeAliasDeclaration': {
      const { id, start, end } = declaration
      return [{ name: id.name, kind: 'type', written: text.slice(start, end) }]
    }
    case 'TSInterfaceDeclaration':
      return [{ name: declaration.id.name, kind: 'type', written: '' }]
    default:
      return []
  }
}

/** The files of `src`, by their paths in it, without those that are generated. */
export async function sources(): Promise<{ readonly path: string; readonly text: string }[]> {
  const src = join(ROOT, 'src')
  const entries = await readdir(src, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('store/generated'))
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(src, path), 'utf8') })))
}
