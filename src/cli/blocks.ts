import { Command } from 'commander'
import type { Block } from '@conduit-jobs/client'
import { isObject } from '../engine/values/json.ts'
import { connect } from './connection.ts'
import { JSON_OPTION, print, printJson, printTable, type Shown } from '../terminal/output.ts'

/** `conduit blocks`: the catalogue, or one block of it with its parameters and examples. */
export function blocksCommand(): Command {
  return new Command('blocks')
    .description('Shows what definitions may use.')
    .argument('[name]', 'one block, or a pattern: TEXT.*')
    .option(...JSON_OPTION)
    .action(async (name: string | undefined, { json }: Shown) => {
      const client = await connect()
      if (name !== undefined && !/[*?]/.test(name)) {
        const block = await client.blocks.get(name.toUpperCase())
        return json ? printJson(block) : describe(block)
      }
      const list = client.blocks.list(name === undefined ? {} : { match: name })
      if (json) return printJson(await list.page())
      const rows: string[][] = []
      for await (const block of list) rows.push([block.action, block.tags.join(','), block.description])
      printTable(COLUMNS, rows, 'there are no such blocks')
    })
}

const COLUMNS = [{ heading: 'BLOCK' }, { heading: 'TAGS' }, { heading: 'WHAT IT DOES', flexible: true }]
const PARAMETER_COLUMNS = [
  { heading: 'PARAMETER' },
  { heading: 'TYPE' },
  { heading: 'DEFAULT' },
  { heading: '', flexible: true },
]

function describe(block: Block): void {
  print(`${block.action}: ${block.description}`)
  if (block.tags.length > 0) print(`needs the tags ${block.tags.join(', ')}`)
  const { properties, required } = block.parameters as { properties?: Record<string, unknown>; required?: string[] }
  const rows = Object.entries(properties ?? {}).map(([name, schema]) => parameterRow(name, schema, required ?? []))
  printTable(PARAMETER_COLUMNS, rows, 'it takes no parameters')
  for (const { parameters, returns } of block.examples) {
    print(`${JSON.stringify(parameters)} gives ${JSON.stringify(returns)}`)
  }
}

function parameterRow(name: string, schema: unknown, required: readonly string[]): string[] {
  const { type, default: fallback, description } = isObject(schema) ? schema : {}
  const shown = fallback === undefined ? (required.includes(name) ? 'required' : '') : JSON.stringify(fallback)
  return [name, typeof type === 'string' ? type : 'any', shown, typeof description === 'string' ? description : '']
}
