import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { table } from './table.ts'

/** An event as `src/telemetry.ts` declares it: `/** what it means *` + `/ name: [{ fields }]`. */
const EVENT = /\/\*\* ((?:(?!\*\/)[\s\S])+?) \*\/\s+(\w+): \[([\s\S]*?)\]\n/g

/** `docs/telemetry.md`, from the declarations of the events. */
export async function telemetryPage(): Promise<string> {
  const source = await readFile(join(import.meta.dirname, '../../src/telemetry.ts'), 'utf8')
  const declared = /export type TelemetryEvents = \{\n([\s\S]*?)\n\}\n/.exec(source)?.[1]
  if (declared === undefined) throw new Error('src/telemetry.ts no longer declares TelemetryEvents')
  const rows = [...`${declared}\n`.matchAll(EVENT)].map(([, text = '', name = '', fields = '']) => [
    `\`${name}\``,
    text.replace(/\s*\n\s*\*?\s*/g, ' '),
    fieldsOf(fields),
  ])
  return `# Telemetry

What happens inside, by name. The log, \`/metrics\` and the tests listen to these, and so can a program that holds the
service: \`createConduit({ telemetry })\` takes a \`Telemetry\`, an event emitter whose events and fields are typed.

- Listeners are called at once, in the middle of the work: they must be quick, and must not wait.
- One that throws, or whose promise fails, is told of as \`listenerFailed\` and in the log. It keeps neither the service nor
  other listeners from anything: what must happen inside does not go through telemetry.
- No value of a job is in an event, but for errors of blocks in \`errorEscaped\`. Times are in milliseconds.
- Names and fields stay within a minor version; further ones may come.

${table(['event', 'what it means', 'fields'], rows)}

This page is generated from \`src/telemetry.ts\` by \`npm run docs\`.
`
}

/** The names and types of an event's one object. */
function fieldsOf(declared: string): string {
  const fields = [...declared.matchAll(/(\w+)(\?)?: ([^;\n}]+)/g)]
  if (fields.length === 0) return ''
  return fields.map(([, name, optional = '', type = '']) => `\`${name}${optional}: ${type.trim()}\``).join(', ')
}
