import { PROBLEMS } from '../../src/wire/problem.ts'
import { table } from './table.ts'

/** `docs/problems.md`. */
export function problemsPage(): string {
  const rows = Object.entries(PROBLEMS).map(([slug, [status, title, advice]]) => [
    String(status),
    `\`${slug}\``,
    title,
    advice,
  ])
  return `# Problems

Every error is answered as \`application/problem+json\` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)):

\`\`\`json
{
  "type": "/problems/invalid-definition",
  "title": "The definition is not valid",
  "status": 422,
  "detail": "/steps/0/action must be string",
  "instance": "0193b0de-4c1e-7a6b-9d1e-5f0c7a3e2b10",
  "errors": [{ "pointer": "/steps/0/action", "detail": "must be string" }]
}
\`\`\`

- \`type\` is \`/problems/\` and a slug. Slugs are stable: compare these, never the texts.
- \`detail\` says what happened this time, for people.
- \`instance\` is the id of the request, as in the header \`x-request-id\` and in the service's log.
- \`errors\` is there for a body that does not fit: each entry has a JSON Pointer into the body.
- Answers with 429 and 503 carry \`Retry-After\`, in seconds.

${table(['status', 'slug', 'title', 'what to do'], rows)}

This page is generated from \`src/wire/problem.ts\` by \`npm run docs\`.
`
}
