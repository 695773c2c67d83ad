import { allStandardBlocks } from '../../src/blocks/standard.ts'
import { type RegisteredBlock } from '../../src/engine/registeredBlock.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { type Schema, schemaText } from './schemaText.ts'
import { table } from './table.ts'

/** The standard blocks, in order of their names. */
export function standardCatalogue(): RegisteredBlock[] {
  const unused = (): never => {
    throw new Error('the catalogue calls no block')
  }
  return createRegistry(allStandardBlocks({ request: unused })).match('*')
}

/** `docs/blocks.md`. */
export function blocksPage(): string {
  const blocks = standardCatalogue()
  const categories = [...new Set(blocks.map(({ blockName }) => blockName.category ?? ''))]
  const sections = categories.map((category) =>
    sectionOf(
      category,
      blocks.filter(({ blockName }) => (blockName.category ?? '') === category),
    ),
  )
  return `# The standard blocks

${blocks.length} blocks in ${categories.length} categories: ${categories.map((name) => `[${name}](#${name.toLowerCase()})`).join(', ')}.
A running service tells of its own, the operator's among them: \`GET /v1/blocks\`.

- Names may be written in any case; parameters are named exactly as here.
- A result of a MATH block is an error where it is a whole number that a double would change, as in [expressions](expressions.md).
- A parameter without a default must be given, unless it says "optional". An unknown parameter is an error.
- Types are not converted: \`"5"\` is no integer. A parameter that does not fit ends the step as \`INVALID_TYPE\`.
- "Has effects" means that it touches something outside the job: everything before it is committed first.
- [Model](model.md) and [statuses](statuses.md) say how a block's errors show.

${sections.join('\n\n')}

This page is generated from \`src/blocks\` by \`npm run docs\`.
`
}

function sectionOf(category: string, blocks: readonly RegisteredBlock[]): string {
  return [`## ${category}`, ...blocks.map(entryOf)].join('\n\n')
}

function entryOf(block: RegisteredBlock): string {
  const returns = JSON.parse(JSON.stringify(block.returns)) as Schema
  const notes = [
    `Returns ${schemaText(returns)}${returns.description === undefined ? '' : `: ${returns.description}`}`.replace(
      /\.?$/,
      '.',
    ),
    ...(block.effects ? ['Has effects.'] : []),
    ...(block.tags.length > 0 ? [`The job needs the tags ${block.tags.map((tag) => `\`${tag}\``).join(', ')}.`] : []),
    ...(block.maxUses === null ? [] : [`One job may use it ${block.maxUses} times.`]),
    ...(block.keywords.length > 0 ? [`Looked for as ${block.keywords.join(', ')}.`] : []),
  ]
  return [`### ${block.action}`, block.description, parametersOf(block), notes.join(' '), examplesOf(block)]
    .filter((part) => part !== '')
    .join('\n\n')
}

function parametersOf(block: RegisteredBlock): string {
  const schema = JSON.parse(JSON.stringify(block.parameters)) as Schema
  const required = new Set(schema.required)
  const named = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    `\`${name}\``,
    schemaText(property),
    'default' in property ? `\`${JSON.stringify(property.default)}\`` : required.has(name) ? '' : 'optional',
    property.description ?? '',
  ])
  const more = Object.entries(schema.patternProperties ?? {}).map(([pattern, property]) => [
    `\`${pattern}\``,
    schemaText(property),
    'optional',
    property.description ?? '',
  ])
  const open = schema.additionalProperties === true ? [['any other', 'anything', 'optional', '']] : []
  const rows = [...named, ...more, ...open]
  return rows.length === 0 ? 'No parameters.' : table(['parameter', 'type', 'default', 'meaning'], rows)
}

function examplesOf({ action, examples }: RegisteredBlock): string {
  if (examples.length === 0) return ''
  const lines = examples.map(({ parameters, returns }) => `${JSON.stringify(parameters)} → ${JSON.stringify(returns)}`)
  return ['```text', ...lines.map((line) => `${action} ${line}`), '```'].join('\n')
}
