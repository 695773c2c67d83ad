import { Command } from 'commander'
import { JSON_OPTION, print, printJson, type Shown } from '../terminal/output.ts'
import { readConfig } from '../config/read.ts'
import { callbackRoot } from '../webhooks/callbackRoot.ts'
import { tenantSecret } from '../webhooks/secrets.ts'
import { secretBoxOf } from '../compose/options.ts'
import { withDatabase } from './withDatabase.ts'

/** `conduit webhook-secret`: what receivers of callbacks without a secret of their own verify with. */
export function webhookSecretCommand(): Command {
  return new Command('webhook-secret')
    .description("Shows the secret that signs a tenant's callbacks which bring none of their own.")
    .option('--tenant <name>', 'whose callbacks', 'default')
    .option(...JSON_OPTION)
    .action(async ({ tenant, json }: Shown & { tenant: string }) => {
      const config = readConfig(process.env)
      const root =
        config.WEBHOOK_SECRET ?? (await withDatabase((database) => callbackRoot(database, secretBoxOf(config))))
      const secret = tenantSecret(root, tenant)
      if (json) printJson({ tenant, secret })
      else print(secret)
    })
}
