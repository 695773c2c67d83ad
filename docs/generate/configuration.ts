import { Settings } from '../../src/config/settings.ts'
import { table } from './table.ts'

/** What a setting's schema says, as far as the table tells it. */
type Setting = {
  readonly type?: string
  readonly default?: string | number
  readonly description?: string
  readonly enum?: readonly string[]
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
}

const settings = Object.entries(Settings.properties as Record<string, Setting>)

/** The table of the README: each setting, its default, its meaning. */
export function settingsTable(): string {
  const rows = settings.map(([name, setting]) => [`\`${name}\``, defaultOf(setting), setting.description ?? ''])
  return table(['variable', 'default', 'meaning'], rows)
}

/** `docs/configuration.md`. */
export function configurationPage(): string {
  const rows = settings.map(([name, setting]) => [
    `\`${name}\``,
    defaultOf(setting),
    valuesOf(setting),
    setting.description ?? '',
  ])
  return `# Configuration

All settings come from the environment. They are read once, at the start.

- An empty value counts as left out.
- A wrong value ends the start with exit code 1 and one line that names the variable: \`conduit can't start: PORT must be integer\`.
- A variable that is not in this table is not looked at; one that is a slip away from one that is gets a warning with that name.
- Replicas that share a database should have the same settings, but for \`HOST\`, \`PORT\` and \`CONCURRENCY\`.
- An embedder gives the same names as \`settings\` to \`createConduit\`, which does not read the environment ([embedding](embedding.md)).

${table(['variable', 'default', 'values', 'meaning'], rows)}

This page is generated from \`src/config/settings.ts\` by \`npm run docs\`.
`
}

function defaultOf(setting: Setting): string {
  return setting.default === undefined ? 'none' : `\`${setting.default}\``
}

/** Which values a setting takes, in words. */
function valuesOf({ type, enum: allowed, examples, minimum, exclusiveMinimum, maximum }: Setting): string {
  if (allowed !== undefined) return allowed.map((value) => `\`${value}\``).join(', ')
  if (type === 'string') return examples === undefined ? 'text' : `text like \`${examples.join('`, `')}\``
  const kind = type === 'integer' ? 'whole number' : 'number'
  const from = exclusiveMinimum === undefined ? `from ${minimum ?? 0}` : `above ${exclusiveMinimum}`
  return maximum === undefined ? `${kind} ${from}` : `${kind} ${from} to ${maximum}`
}
