import type { GuideSection } from './guides.ts'

/** `/llms.txt`: what this service is and where its documentation lies as Markdown, for language models. */
export function llmsText(sections: readonly GuideSection[]): string {
  const lists = sections.map(({ title, guides }) => {
    const lines = guides.map(({ slug, title: name, about }) => `- [${name}](docs/${slug}.md)${about && `: ${about}`}`)
    return `## ${title}\n\n${lines.join('\n')}\n`
  })
  return `# Conduit

> An HTTP service that runs jobs posted as data: ordered steps that name blocks of the operator's, with parameters that refer to earlier
> results. Every status and return value is on record.

- The routes are described in [openapi.json](openapi.json) (OpenAPI 3.1).
- \`GET /v1/schema\` is a JSON Schema of a definition with every block that the caller may use; \`GET /v1/blocks\` lists them.
- \`POST /v1/jobs/validate\` says what is wrong with a definition, before it runs.

${lists.join('\n')}`
}
