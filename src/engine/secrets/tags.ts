import { OPEN, parseTemplate, type Template } from '../tags/tags.ts'

/** What the path of a tag begins with that names a secret. */
export const ROOT = 'secrets'

/** A tag that names a secret. */
export type SecretTag = {
  /** Null: it is made by another tag. */
  readonly name: string | null
  /** What stands before it in its text, without what other tags give. */
  readonly before: string
}

/** The secret that a path of `{% … %}` names; null: none. */
export function secretIn(parts: readonly string[]): string | null {
  return parts[0] === ROOT && parts.length > 1 ? parts.slice(1).join('.') : null
}

/** The tags in a text that name secrets. */
export function secretTags(text: string): SecretTag[] {
  if (!text.includes(`${ROOT}.`)) return []
  const template = parseTemplate(text)
  return template === null ? [] : tagsIn(template)
}

function tagsIn({ program }: Template): SecretTag[] {
  const found: SecretTag[] = []
  const open: string[] = []
  let before = ''
  for (const [i, instruction] of program.entries()) {
    if (instruction === OPEN) {
      const first = program[i + 1]
      open.push(typeof first === 'string' ? first : '')
    } else if (typeof instruction === 'string') {
      if (open.length === 0) before += instruction
    } else if (instruction.kind !== '=') {
      const first = open.pop() ?? ''
      if (instruction.kind !== '%') continue
      const name = instruction.parts === null ? null : secretIn(instruction.parts)
      if (name !== null || first.startsWith(`${ROOT}.`)) found.push({ name, before })
    }
  }
  return found
}
