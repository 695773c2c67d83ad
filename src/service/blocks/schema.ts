import { editorSchema } from '../../wire/editorSchema.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** A JSON Schema of a definition with every block of the catalogue. */
export function readSchema({ registry }: Pick<ServiceDeps, 'registry'>, caller: Caller): Record<string, unknown> {
  requireScope(caller, 'blocks:read')
  return editorSchema(registry.match('*'))
}
