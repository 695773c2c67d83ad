import { RE2JS, RE2JSException, type Matcher } from 're2js'
import { defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument, ValueTooLarge } from '../../engine/errors.ts'
import { countCharacters } from '../../engine/values/characters.ts'
import { type Json, type JsonObject, setOwn } from '../../engine/values/json.ts'
import { inTurns, type LongWork } from '../turns.ts'

/**
 * One search looks at each character once for each instruction of the pattern at worst, in one piece: 46 ns each, so this
 * is a tenth of a second.
 */
const MAX_WORK = 2_000_000

export const match = defineBlock({
  action: 'TEXT.MATCH',
  title: 'Match a pattern',
  description:
    "Finds a regular expression in a text, in linear time: RE2's syntax, which has neither look-around nor back-references. Gives the first match or null; with `all` a list of all.",
  keywords: ['regex', 'regexp', 'regular expression', 'extract', 'find', 'pattern', 'search', 'capture'],
  parameters: Type.Object({
    text: Type.String({ description: 'The text.' }),
    pattern: Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'The pattern, such as `order-(?P<id>[0-9]+)`.',
    }),
    all: Type.Boolean({ default: false, description: 'Whether to find all matches.' }),
    limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 1000, description: 'With `all`, how many at most.' }),
    ignore_case: Type.Boolean({ default: false, description: 'Whether upper and lower case are the same.' }),
  }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { text: 'paid order-17 today', pattern: 'order-(?P<id>[0-9]+)' },
      returns: { match: 'order-17', index: 5, groups: ['17'], named: { id: '17' } },
    },
    { parameters: { text: 'nothing', pattern: '[0-9]' }, returns: null },
    {
      parameters: { text: 'a1 B2', pattern: '([a-z])(3)?', all: true, ignore_case: true },
      returns: [
        { match: 'a', index: 0, groups: ['a', null], named: {} },
        { match: 'B', index: 3, groups: ['B', null], named: {} },
      ],
    },
  ],
  run({ text, pattern, all, limit, ignore_case }, context) {
    const compiled = compile(pattern, ignore_case)
    const work = compiled.programSize() * text.length
    if (work > MAX_WORK) {
      throw new ValueTooLarge(
        `the pattern has ${compiled.programSize()} instructions, the text ${text.length} characters; their product may be ${MAX_WORK}`,
      )
    }
    const names = Object.entries(compiled.namedGroups())
    return inTurns(find(text, compiled.matcher(text), names, all ? limit : null), context)
  },
})

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new InvalidArgument(`the pattern can't be used: ${error.message}; RE2's syntax is known`)
  }
}

function* find(
  text: string,
  matcher: Matcher,
  names: readonly [string, number][],
  limit: number | null,
): LongWork<Json> {
  const found: Json[] = []
  let [units, characters] = [0, 0]
  while (found.length < (limit ?? 1) && matcher.find()) {
    const start = matcher.start()
    characters += countCharacters(text.slice(units, start))
    units = start
    found.push(matchOf(matcher, characters, names))
    yield
  }
  return limit === null ? (found[0] ?? null) : found
}

function matchOf(matcher: Matcher, index: number, names: readonly [string, number][]): Json {
  const groups = Array.from({ length: matcher.groupCount() }, (_, i) => matcher.group(i + 1))
  const named: JsonObject = {}
  for (const [name, group] of names) setOwn<Json>(named, name, matcher.group(group))
  return { match: matcher.group(0), index, groups, named }
}
