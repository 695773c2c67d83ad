import { PROBLEMS, type Problem } from '../wire/problem.ts'
import { refTo } from '../wire/ref.ts'

/** The answer with a status that tells of a problem, as a schema. */
export function problemResponse(status: number): object {
  return {
    description: titlesOf(status),
    content: { 'application/problem+json': { schema: refTo<Problem>('Problem') } },
  }
}

function titlesOf(status: number): string {
  const titles = Object.entries(PROBLEMS).filter(([, [code]]) => code === status)
  return titles.map(([slug, [, title]]) => `${title} (\`${slug}\`)`).join('; ')
}
