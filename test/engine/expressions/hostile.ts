import { Timestamp, type Value } from '../../../src/engine/expressions/value.ts'

/** An expression that does as much as it can, and the data that make it worst. */
export type Hostile = { readonly name: string; readonly text: string; readonly roots: Readonly<Record<string, Value>> }

const MEBIBYTE = 1_048_576

/** Data at the limits: as much of each kind as a value, or all variables together, may hold. */
const text = 'a'.repeat(MEBIBYTE - 2)
const wide = '🐎'.repeat(MEBIBYTE / 4 - 1)
const quotes = '"'.repeat(MEBIBYTE / 2 - 1)
const commas = ','.repeat(300_000)
const empties: Value[] = Array.from({ length: 349_000 }, () => [])
const numbers: Value[] = Array.from({ length: 150_000 }, (_, i) => (i * 7919) % 999_983)
const texts: Value[] = Array.from({ length: 80_000 }, (_, i) => `k${(i * 7919) % 99_991}`)
const prefixed: Value[] = Array.from({ length: 100 }, (_, i) => `${'a'.repeat(10_000)}${i}`)
const objects: Value[] = Array.from({ length: 90_000 }, (_, i) => ({ n: (i * 7919) % 9973 }))
const manyKeys: Value = Object.fromEntries(Array.from({ length: 80_000 }, (_, i) => [`k${i}`, 1]))
const deep = (levels: number): Value => (levels === 0 ? 1 : [deep(levels - 1)])
const vars: Value = {
  text,
  text2: `${'a'.repeat(MEBIBYTE - 3)}b`,
  empties,
  other: structuredClone(empties),
  numbers,
  objects,
}

const chain = (part: string, operator: string, count: number): string =>
  Array.from({ length: count }, () => part).join(operator)

const one = (name: string, expression: string, roots: Hostile['roots'] = {}): Hostile => ({
  name,
  text: expression,
  roots: { vars, text, wide, quotes, commas, empties, numbers, texts, prefixed, objects, manyKeys, ...roots },
})

export const hostileExpressions: readonly Hostile[] = [
  one(
    'equality of all variables, again and again',
    chain('(vars != {"a": vars} && [empties] == [vars.other])', ' && ', 14),
  ),
  one('equality of long lists', chain('empties == vars.other', ' && ', 30)),
  one('equality of long texts', chain('text == vars.text2', ' || ', 30)),
  one('order of long texts', chain('text < vars.text2', ' && ', 30)),
  one('a list looked through for what is not in it', chain('[[1]] in empties', ' || ', 30)),
  one('a text looked through', chain('"aaaaaaaaaaaaaaab" in text', ' || ', 40)),
  one('a long text looked through for half of it', chain('vars.text2.slice(-500000) in text', ' || ', 20)),
  one('the same text measured', `[${chain('text', ', ', 190)}]`),
  one('texts joined', chain('text', ' + ', 90)),
  one('halves joined', chain('text.slice(0, 5000)', ' + ', 40)),
  one('lists joined', `size(${chain('numbers.slice(0, 2000)', ' + ', 40)})`),
  one('small lists in lists', `${'['.repeat(28)}empties${']'.repeat(28)}`),
  one('sorting numbers', chain('size(numbers.sort())', ' + ', 40)),
  one('sorting texts', chain('size(texts.sort())', ' + ', 40)),
  one('sorting texts with a long beginning in common', chain('size(prefixed.sort())', ' + ', 40)),
  one('sorting by a path', chain('size(objects.sortBy("n"))', ' + ', 30)),
  one('grouping', chain('size(objects.groupBy("n"))', ' + ', 30)),
  one('grouping by long texts', chain('size(prefixed.groupBy(""))', ' + ', 30)),
  one('an index of texts', chain('size(texts.indexBy(""))', ' + ', 30)),
  one('distinct lists', chain('size(empties.distinct())', ' + ', 40)),
  one('distinct texts', chain('size(texts.distinct())', ' + ', 40)),
  one('a long path', chain(`size(objects.pluck("${'n.'.repeat(400)}n"))`, ' + ', 2)),
  one('where, with a list', chain('size(objects.where("n", "in", numbers))', ' + ', 20)),
  one('where, by equality with all', chain('size(empties.where("", "!=", empties))', ' + ', 20)),
  one('splitting at each character', chain('size(text.split("a"))', ' + ', 40)),
  one('splitting at commas', chain('size(commas.split(","))', ' + ', 40)),
  one('splitting into characters', chain('size(wide.split(""))', ' + ', 40)),
  one('replacing each character by more', chain('text.replace("a", "bbbbbbbbbb")', ' + ', 40)),
  one('replacing each character by nothing', chain('text.replace("a", "")', ' + ', 40)),
  one('replacing the empty text', chain('text.replace("", "x")', ' + ', 40)),
  one('looking for the last place', chain('text.lastIndexOf("baaaaaaaaaaaaaaa")', ' + ', 40)),
  one('counting characters', chain('size(wide)', ' + ', 60)),
  one('a character from far behind', chain('size(wide[-200000])', ' + ', 30)),
  one('many parts looked for', chain('text.containsAny(texts)', ' || ', 40)),
  one('padding', chain('size("x".padStart(1000000, "🐎"))', ' + ', 30)),
  one('padding too far', '"x".padStart(1000000000000, "yy")'),
  one('ranges', chain('size(range(100000))', ' + ', 45)),
  one('sums of ranges', chain('sum(range(100000).reverse())', ' + ', 30)),
  one('upper and lower', `size(${'text'}${'.upper().lower()'.repeat(80)})`),
  one('JSON of quotes, of JSON', `size(toJson(toJson(toJson(quotes))))`),
  one('JSON there and back', chain('size(json(toJson(empties)))', ' + ', 40)),
  one('JSON of many small lists', chain('size(json(text))', ' + ', 40), { text: `[${'[],'.repeat(349_000)}[]]` }),
  one('hashes', chain('sha256(text)', ' + ', 60)),
  one('codes', chain('size(base64Decode(base64(text.slice(0, 700000))))', ' + ', 20)),
  one('URLs', chain('size(urlEncode(wide.slice(0, 80000)))', ' + ', 25)),
  one('keys', chain('size(keys(manyKeys))', ' + ', 45)),
  one('entries, there and back', chain('size(fromEntries(entries(manyKeys)))', ' + ', 40)),
  one('merging', `size(merge(${chain('manyKeys', ', ', 150)}))`),
  one('flattening', chain('size(empties.flatten())', ' + ', 40)),
  one('zones', chain('getHours(t, "America/New_York")', ' + ', 48), { t: new Timestamp(0) }),
  one('zones never asked before', chain('getHours(t, "Europe/ParisX")', ' + ', 48), { t: new Timestamp(0) }),
  one('formats', chain(`size(format(timestamp("2024-01-01T00:00:00Z"), p, "Asia/Tokyo"))`, ' + ', 25), {
    p: 'yyyy'.concat('-MM'.repeat(50_000)),
  }),
  one(
    'the first moments of days',
    chain('number(startOfDay(timestamp("2018-11-04T12:00:00Z"), "America/Sao_Paulo"))', ' + ', 20),
  ),
  one('deep lists compared', chain('d == e', ' && ', 45), { d: deep(170), e: deep(170) }),
]
