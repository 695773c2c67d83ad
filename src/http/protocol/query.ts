import { parse } from 'node:querystring'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isObject } from '../../engine/values/json.ts'
import { nearestName } from '../../engine/nearest.ts'
import { ProblemError } from '../../wire/problem.ts'
import { METADATA_KEY } from '../../wire/patterns.ts'

/** A parameter whose name ends so stands for all that begin alike: `metadata.KEY`. */
const ANY_KEY = '.KEY'

/**
 * Reads a query. A parameter without a value counts as left out, as scripts and forms send it: its name is there, and
 * undefined, so that one which is not known is refused all the same.
 */
export function parseQuery(text: string): Record<string, unknown> {
  if (text === '') return {}
  const given = parse(text)
  for (const [name, value] of Object.entries(given)) {
    const kept = [value ?? []].flat().filter((one) => one !== '')
    if (kept.length === 0) given[name] = undefined
    else given[name] = kept.length === 1 ? kept[0] : kept
  }
  return given
}

/**
 * Refuses with 400 a parameter that the route does not know: a filter with a slip in its name would otherwise list
 * everything. Register it where all routes say in their schema what they take.
 */
export function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    for (const [name, value] of Object.entries(isObject(request.query) ? request.query : {})) {
      const known = knownParameters(request)
      if (!isKnown(name, known)) return done(unknownParameter(name, known))
      if (Array.isArray(value)) return done(new ProblemError('malformed-request', `${name} may be given only once`))
    }
    done()
  })
}

function knownParameters({ routeOptions: { schema } }: FastifyRequest): readonly string[] {
  const query: unknown = schema?.querystring
  const properties: unknown = isObject(query) ? query['properties'] : undefined
  return isObject(properties) ? Object.keys(properties) : []
}

function isKnown(name: string, known: readonly string[]): boolean {
  return known.some((one) => one === name || (one.endsWith(ANY_KEY) && isKeyOf(one.slice(0, -3), name)))
}

const KEY = new RegExp(METADATA_KEY)

/** Whether a name is what is known with a key behind it that a label can have. */
function isKeyOf(beginning: string, name: string): boolean {
  return name.startsWith(beginning) && KEY.test(name.slice(beginning.length))
}

function unknownParameter(name: string, known: readonly string[]): ProblemError {
  const nearest = nearestName(name, known)
  const meant = nearest === null ? '' : `; did you mean ${nearest}?`
  const taken = known.length === 0 ? 'this takes none' : `this takes ${known.join(', ')}`
  return new ProblemError('malformed-request', `there is no parameter ${name.slice(0, 60)}${meant}; ${taken}`)
}
