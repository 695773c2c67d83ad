/** A service in a process of its own: opens a server, says so on stdout, and closes it when stdin ends. */
import { type EmbeddedOptions, startEmbedded } from '../../src/embedded/server.ts'

const options: EmbeddedOptions = JSON.parse(process.argv[2] ?? '')
await using server = await startEmbedded({ ...options, log: (message) => process.stderr.write(`${message}\n`) })
process.stdout.write(`${JSON.stringify({ connectionString: server.connectionString, folder: server.folder })}\n`)
for await (const _ of process.stdin);
