import { type Static, Type } from 'typebox'
import type { RegisteredBlock } from '../engine/registeredBlock.ts'
import { parseObject } from '../engine/values/parseJson.ts'

/** A block as the catalogue shows it. */
export const BlockWire = Type.Object(
  {
    action: Type.String({ examples: ['TEXT.JOIN'] }),
    category: Type.Union([Type.String(), Type.Null()]),
    name: Type.String(),
    title: Type.String(),
    description: Type.String(),
    keywords: Type.Array(Type.String(), { description: 'What else people may look for it by.' }),
    tags: Type.Array(Type.String(), { description: 'A job must carry all of them.' }),
    max_uses: Type.Union([Type.Integer(), Type.Null()], { description: 'How often one job may use it.' }),
    effects: Type.Boolean({ description: 'Whether it touches anything outside the job.' }),
    examples: Type.Array(
      Type.Object({ parameters: Type.Record(Type.String(), Type.Unknown()), returns: Type.Unknown() }),
    ),
    parameters: Type.Record(Type.String(), Type.Unknown(), { description: 'A JSON Schema.' }),
    returns: Type.Record(Type.String(), Type.Unknown(), { description: 'A JSON Schema.' }),
  },
  { $id: 'Block', description: 'A block of the catalogue.' },
)
export type BlockWire = Static<typeof BlockWire>

/** A block as the catalogue tells it: what it is called, takes and gives. */
export function blockToWire(block: RegisteredBlock): BlockWire {
  return {
    action: block.action,
    category: block.blockName.category,
    name: block.blockName.name,
    title: block.title,
    description: block.description,
    keywords: [...block.keywords],
    tags: [...block.tags],
    max_uses: block.maxUses,
    effects: block.effects,
    examples: block.examples.map(({ parameters, returns }) => ({ parameters, returns })),
    parameters: schemaToWire(block.parameters),
    returns: schemaToWire(block.returns),
  }
}

/** Plain JSON: TypeBox keeps what only it needs in hidden properties. */
function schemaToWire(schema: object): Record<string, unknown> {
  return parseObject(JSON.stringify(schema))
}
