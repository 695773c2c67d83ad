import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { Webhook } from 'standardwebhooks'
import { CommandError, EXIT } from '../../admin/commandError.ts'
import { connect } from '../connection.ts'
import { note } from '../../terminal/output.ts'
import { isWebhookSecret } from '../../wire/webhookSecret.ts'
import { followNewJobs } from './follow.ts'
import { forward } from './forward.ts'

type ListenOptions = { forward: string; secret?: string; events: string }

/** `conduit listen`: what webhooks would bring, sent to a program on this machine, which no service could reach. */
export function listenCommand(): Command {
  return new Command('listen')
    .description('Follows new jobs and forwards their events as signed webhook messages; ends with Ctrl-C.')
    .requiredOption('--forward <url>', 'where to')
    .option('--secret <text>', 'whsec_…, to sign with; one is made and printed if left out')
    .option('--events <list>', 'which, by commas', 'step.updated,job.finished')
    .action(async ({ forward: url, secret = makeSecret(), events }: ListenOptions) => {
      if (!URL.canParse(url)) throw new CommandError(`--forward is no address: ${url}`, EXIT.usage)
      if (!isWebhookSecret(secret))
        throw new CommandError('--secret must be whsec_ and base64 of 24 to 64 bytes', EXIT.usage)
      const client = await connect()
      const stop = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
      const webhook = new Webhook(secret)
      const wanted = new Set(events.split(','))
      await followNewJobs(client, stop.signal, {
        onReady: () => note(`forwarding events of new jobs to ${url}\nverify with ${secret}`),
        onEvent: async (jobId, event) => {
          if (wanted.has(event.type)) note(await forward({ url, webhook, event, jobId, signal: stop.signal }))
        },
      })
    })
}

function makeSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}
