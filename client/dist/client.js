import { Transport } from './transport.js';
import { Audit, Keys, TenantLimits } from './verbs/access.js';
import { Definitions } from './verbs/definitions.js';
import { Questions } from './verbs/questions.js';
import { Schedules } from './verbs/schedules.js';
import { Secrets } from './verbs/secrets.js';
import { Blocks } from './verbs/blocks.js';
import { Jobs } from './verbs/jobs.js';
import { Webhooks } from './verbs/webhooks.js';
/** A client of the service at `baseUrl`. It opens nothing until it is asked for something. */
export function createClient(options) {
    const transport = new Transport(options);
    return {
        jobs: new Jobs(transport),
        definitions: new Definitions(transport),
        schedules: new Schedules(transport),
        questions: new Questions(transport),
        secrets: new Secrets(transport),
        blocks: new Blocks(transport),
        webhooks: new Webhooks(transport),
        keys: new Keys(transport),
        limits: new TenantLimits(transport),
        audit: new Audit(transport),
        me: () => transport.json('GET', '/v1/me'),
        request: (method, path, request) => transport.json(method, path, request),
        url: (path, query) => transport.url(path, query),
    };
}
