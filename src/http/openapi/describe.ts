import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { VERSION } from '../../version.ts'
import { KEY_SCHEME } from '../auth/guard.ts'
import { completeDocument, asDocumented } from './complete.ts'

/** Collects the OpenAPI document from the routes' own schemas; components keep their `$id` as a name. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Conduit',
        version: VERSION,
        summary: 'Runs jobs that are posted as data, durably, step by step.',
        description:
          'The operator registers blocks; a client posts a job, ordered steps that name blocks. Every status and return value is on record. Errors are `application/problem+json` (RFC 9457). Names of states, statuses and events may grow in number: ignore what you do not know. Bodies are `application/json`, or any `+json` type.',
        contact: { name: 'The maintainers of Conduit' },
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This service.' }],
      security: [],
      components: {
        securitySchemes: {
          [KEY_SCHEME]: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'cdt_ID_SECRET',
            description:
              'A key, made by `npx conduit keys create` or `POST /v1/keys`. A service without any key is open to all who reach it. The scopes that an operation needs stand beside it.',
          },
        },
      },
      tags: [
        { name: 'Jobs', description: 'Submit, watch, cancel and delete jobs.' },
        { name: 'Blocks', description: 'What definitions may name.' },
        { name: 'Definitions', description: 'Keep definitions under a name, in versions that never change.' },
        { name: 'Schedules', description: 'Make jobs again and again.' },
        { name: 'Questions', description: 'What jobs ask people, and the answers.' },
        { name: 'Secrets', description: 'What steps may send and nobody may read.' },
        { name: 'Webhooks', description: 'Be told what happens, by signed messages (Standard Webhooks).' },
        { name: 'Access', description: 'Keys: who may do what. For admins.' },
        { name: 'Service', description: 'Probes, metrics and this document.' },
      ],
    },
    transform: asDocumented,
    transformObject: completeDocument,
    hideUntagged: false,
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, i) => (typeof json.$id === 'string' ? json.$id : `def-${i}`),
    },
  })
}
