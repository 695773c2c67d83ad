import { ACCEPTED, definition, type HostileInput, INVALID, MALFORMED } from './input.ts'

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
const inVariables = (json: string): string => `{"steps":[],"variables":{"a":${json}}}`
const TOO_LARGE = { status: 413, problem: 'payload-too-large' } as const

/** What is no JSON, or not the JSON that it seems. */
const texts: readonly HostileInput[] = [
  definition('an empty body', '', MALFORMED),
  definition('white space alone', ' \r\n\t', MALFORMED),
  definition('an opened brace', '{', MALFORMED),
  definition('a truncated key', '{"ste', MALFORMED),
  definition('a truncated escape', '{"steps":[],"name":"\\u00', MALFORMED),
  definition('a truncated number', '{"steps":[],"step_limit":-', MALFORMED),
  definition('a truncated list', '{"steps":[{"action":"A"}', MALFORMED),
  definition('a trailing comma', '{"steps":[],}', MALFORMED),
  definition('a comment', '{"steps":[]/* all of them */}', MALFORMED),
  definition('single quotes', "{'steps':[]}", MALFORMED),
  definition('keys without quotes', '{steps:[]}', MALFORMED),
  definition('NaN', inVariables('NaN'), MALFORMED),
  definition('-Infinity', inVariables('-Infinity'), MALFORMED),
  definition('a hexadecimal number', inVariables('0x10'), MALFORMED),
  definition('a number with a leading zero', inVariables('01'), MALFORMED),
  definition('a number with a leading plus', inVariables('+1'), MALFORMED),
  definition('a number without digits before the point', inVariables('.5'), MALFORMED),
  definition('undefined', inVariables('undefined'), MALFORMED),
  definition('two documents', '{"steps":[]}{"steps":[]}', MALFORMED),
  definition('a document and a brace', '{"steps":[]}}', MALFORMED),
  definition('a line end inside a string', '{"steps":[],"name":"a\nb"}', MALFORMED),
  definition('NUL between the tokens', '{"steps":[]\0}', MALFORMED),
  definition('NUL inside a string, not escaped', '{"steps":[],"name":"a\0b"}', MALFORMED),
  definition('an unknown escape', '{"steps":[],"name":"\\x41"}', MALFORMED),
  definition('UTF-16', Buffer.from('{"steps":[]}', 'utf16le'), MALFORMED),
  definition('UTF-16 with a byte order mark', Buffer.from('\ufeff{"steps":[]}', 'utf16le'), MALFORMED),
  definition('Latin-1', Buffer.from('{"steps":[],"name":"é"}', 'latin1'), MALFORMED),
  definition('an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), MALFORMED),
  definition('a surrogate encoded as UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), MALFORMED),
  definition('a character cut in two', Buffer.from('{"steps":[],"name":"🐍"}').subarray(0, 22), MALFORMED),
  definition('a byte order mark', '\ufeff{"steps":[]}', ACCEPTED),
  definition('gzip without a word about it', Buffer.from('1f8b0800000000000003', 'hex'), MALFORMED),
  definition('null', 'null', INVALID('')),
  definition('a number', '1e3', INVALID('')),
  definition('a string', '"steps"', INVALID('')),
  definition('a list', '[]', INVALID('')),
  definition('a repeated key, the last one wrong', '{"steps":[],"steps":[{"action":5}]}', INVALID('/steps/0/action')),
  definition('a repeated key, the last one right', '{"steps":5,"steps":[]}', ACCEPTED),
  definition('a repeated key behind an escape', '{"steps":[],"\\u0073teps":7}', INVALID('/steps')),
]

/** Keys that reach for prototypes. */
const pollution: readonly HostileInput[] = [
  definition('__proto__ at the top', '{"steps":[],"__proto__":{"admin":true}}', MALFORMED),
  definition('__proto__ in variables', '{"steps":[],"variables":{"__proto__":{"x":1}}}', MALFORMED),
  definition('__proto__ in local values', '{"steps":[],"local_values":{"__proto__":1}}', MALFORMED),
  definition('__proto__ in metadata', '{"steps":[],"metadata":{"__proto__":"x"}}', MALFORMED),
  definition('__proto__ in overrides', '{"steps":[],"block_limit_overrides":{"__proto__":1}}', MALFORMED),
  definition('__proto__ in a callback', '{"steps":[],"on_job_finish":{"__proto__":{"url":"x"}}}', MALFORMED),
  definition('__proto__ in a step', '{"steps":[{"action":"A","__proto__":{}}]}', MALFORMED),
  definition('__proto__ in parameters', '{"steps":[{"action":"A","parameters":{"__proto__":{}}}]}', MALFORMED),
  definition('__proto__ in a condition', '{"steps":[{"action":"A","if":[{"__proto__":{}}]}]}', MALFORMED),
  definition('__proto__ in the output', '{"steps":[],"output":{"a":[{"__proto__":null}]}}', MALFORMED),
  definition('__proto__ deep inside', inVariables(`${'['.repeat(150)}{"__proto__":1}${']'.repeat(150)}`), MALFORMED),
  definition('__proto__ behind escapes', '{"steps":[],"\\u005f_pr\\u006fto__":{}}', MALFORMED),
  definition('constructor at the top', '{"steps":[],"constructor":{"prototype":{"x":1}}}', INVALID('/constructor')),
  definition('toString at the top', '{"steps":[],"toString":"x"}', INVALID('/toString')),
  definition(
    'hasOwnProperty in a step',
    { steps: [{ action: 'A', hasOwnProperty: 1 }] },
    INVALID('/steps/0/hasOwnProperty'),
  ),
  definition(
    'valueOf in a callback',
    { steps: [], on_job_finish: { url: 'https://example.com', valueOf: 1 } },
    INVALID('/on_job_finish/valueOf'),
  ),
  definition(
    'constructor as data',
    '{"steps":[],"variables":{"constructor":{"prototype":{"x":1}},"toJSON":"x","then":1}}',
    ACCEPTED,
  ),
  definition(
    'length as data',
    { steps: [], variables: { length: 1e9, '0': 1 }, local_values: { toString: null } },
    ACCEPTED,
  ),
]

/** Numbers at and beyond the edges. */
const numbers: readonly HostileInput[] = [
  definition('1e400', inVariables('1e400'), INVALID('/variables/a')),
  definition('-1E+400', inVariables('[0,-1E+400]'), INVALID('/variables/a/1')),
  definition('an exponent without end', inVariables('1e99999999999999999999'), INVALID('/variables/a')),
  definition('2^53 + 1', inVariables('{"b/c":9007199254740993}'), INVALID('/variables/a/b~1c')),
  definition('-2^53 - 1', inVariables('-9007199254740993'), INVALID('/variables/a')),
  definition('an integer of 1,000 digits', inVariables('1'.repeat(1000)), INVALID('/variables/a')),
  definition('an integer of a million digits', () => inVariables('1'.repeat(1_000_000)), INVALID('/variables/a')),
  definition('an infinite step limit', '{"steps":[],"step_limit":1e999}', INVALID('/step_limit')),
  definition(
    'an infinite override',
    '{"steps":[],"block_limit_overrides":{"A~B":1e999}}',
    INVALID('/block_limit_overrides/A~0B'),
  ),
  definition('2^53', inVariables('9007199254740992'), ACCEPTED),
  definition('the largest double', inVariables('1.7976931348623157e308'), ACCEPTED),
  definition('the smallest double', inVariables('[5e-324,-0,-0.0,1e-400]'), ACCEPTED),
  definition('a fraction of a thousand digits', inVariables(`0.${'1'.repeat(1000)}`), ACCEPTED),
  definition('digits inside a string', inVariables('"9007199254740993 1e400"'), ACCEPTED),
]

/** Too much, too deep, too many. */
const sizes: readonly HostileInput[] = [
  definition('ten megabytes', () => Buffer.alloc(10_485_760, 0x20), TOO_LARGE),
  definition('a byte more than the limit', () => `{"steps":[]}${' '.repeat(1_048_565)}`, TOO_LARGE),
  definition('as much as the limit', () => `{"steps":[]}${' '.repeat(1_048_564)}`, ACCEPTED),
  definition('a string of ten megabytes', () => `{"steps":[],"name":"${'x'.repeat(10_000_000)}"}`, TOO_LARGE),
  definition('201 levels', inVariables(nested(199)), INVALID('/variables/a/0/0')),
  definition('200 levels', inVariables(nested(198)), ACCEPTED),
  definition('10,000 levels of lists', inVariables(nested(10_000)), INVALID('/variables/a/0/0')),
  definition(
    '10,000 levels of objects',
    () => inVariables(`${'{"k":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    INVALID('/variables/a/k/k'),
  ),
  definition('half a million levels', () => nested(500_000), INVALID('/0/0/0/0')),
  definition('half a million levels that never close', () => '['.repeat(1_000_000), MALFORMED),
  definition(
    'levels in a condition',
    () => `{"steps":[{"action":"A","if":${nested(5000)}}]}`,
    INVALID('/steps/0/if/0'),
  ),
  definition('levels in the output', () => `{"steps":[],"output":${nested(5000)}}`, INVALID('/output/0/0/0')),
  definition('1,001 steps', () => `{"steps":[${Array(1001).fill('{"action":"A"}')}]}`, INVALID('/steps')),
  definition('60,000 steps', () => `{"steps":[${Array(60_000).fill('{"action":"A"}')}]}`, INVALID('/steps')),
  definition('300,000 steps that are none', () => `{"steps":[${Array(300_000).fill('{}')}]}`, INVALID('/steps')),
  definition('100,000 steps of wrong types', () => `{"steps":[${Array(100_000).fill('[1]')}]}`, INVALID('/steps')),
  definition('70,000 unknown fields', () => `{"steps":[],${Array.from({ length: 70_000 }, (_, i) => `"k${i}":0`)}}`, {
    status: 422,
    problem: 'invalid-definition',
  }),
  definition('an unknown field with a name of 900,000 characters', () => `{"steps":[],"${'k'.repeat(900_000)}":0}`, {
    status: 422,
    problem: 'invalid-definition',
  }),
  definition(
    'a variable with a name of 900,000 characters',
    () => `{"steps":[],"variables":{"${'k'.repeat(900_000)}":0}}`,
    ACCEPTED,
  ),
  definition(
    '70,000 variables',
    () => `{"steps":[],"variables":{${Array.from({ length: 70_000 }, (_, i) => `"k${i}":0`)}}}`,
    ACCEPTED,
  ),
  definition('a million zeros', () => inVariables(`[${'0,'.repeat(500_000)}0]`), ACCEPTED),
  definition('300,000 empty objects', () => inVariables(`[${'{},'.repeat(300_000)}{}]`), ACCEPTED),
  definition('50,000 tags', () => `{"steps":[],"tags":[${Array(50_000).fill('"t"')}]}`, INVALID('/tags')),
  definition(
    '50,000 labels',
    () => `{"steps":[],"metadata":{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":"v"`)}}}`,
    INVALID('/metadata'),
  ),
  definition(
    '50,000 overrides',
    () => `{"steps":[],"block_limit_overrides":{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":1`)}}}`,
    INVALID('/block_limit_overrides'),
  ),
]

export const bodies: readonly HostileInput[] = [...texts, ...pollution, ...numbers, ...sizes]
