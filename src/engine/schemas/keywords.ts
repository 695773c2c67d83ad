/** What a keyword of JSON Schema 2020-12 holds. What is not named here is a note. */
export type KeywordShape =
  | 'schema'
  | 'schemas'
  | 'schema-map'
  | 'types'
  | 'names'
  | 'name-map'
  | 'count'
  | 'number'
  | 'positive'
  | 'boolean'
  | 'values'
  | 'any'
  | 'format'
  | 'reference'

/** The keywords that are taken, and what each may hold. */
export const KEYWORDS: ReadonlyMap<string, KeywordShape> = new Map<string, KeywordShape>([
  ['$ref', 'reference'],
  ['$defs', 'schema-map'],
  ['type', 'types'],
  ['const', 'any'],
  ['enum', 'values'],
  ['default', 'any'],
  ['examples', 'values'],
  ['format', 'format'],
  ['allOf', 'schemas'],
  ['anyOf', 'schemas'],
  ['oneOf', 'schemas'],
  ['prefixItems', 'schemas'],
  ['not', 'schema'],
  ['if', 'schema'],
  ['then', 'schema'],
  ['else', 'schema'],
  ['items', 'schema'],
  ['contains', 'schema'],
  ['additionalProperties', 'schema'],
  ['unevaluatedProperties', 'schema'],
  ['unevaluatedItems', 'schema'],
  ['propertyNames', 'schema'],
  ['properties', 'schema-map'],
  ['dependentSchemas', 'schema-map'],
  ['dependentRequired', 'name-map'],
  ['required', 'names'],
  ['minLength', 'count'],
  ['maxLength', 'count'],
  ['minItems', 'count'],
  ['maxItems', 'count'],
  ['minContains', 'count'],
  ['maxContains', 'count'],
  ['minProperties', 'count'],
  ['maxProperties', 'count'],
  ['minimum', 'number'],
  ['maximum', 'number'],
  ['exclusiveMinimum', 'number'],
  ['exclusiveMaximum', 'number'],
  ['multipleOf', 'positive'],
  ['uniqueItems', 'boolean'],
  // Ours: the value is sealed at rest and shown to nobody (`secretPointers.ts`).
  ['x-secret', 'boolean'],
])

/** What would run a stranger's regular expression, or name a schema in a way that can't be bounded. */
export const REFUSED: ReadonlyMap<string, string> = new Map([
  ['pattern', 'a regular expression of a stranger is never run; use format, enum, minLength or maxLength'],
  ['patternProperties', 'a regular expression of a stranger is never run; use properties or propertyNames'],
  ['$dynamicRef', 'use $ref to #/$defs/NAME'],
  ['$dynamicAnchor', 'use $defs'],
  ['$recursiveRef', 'use $ref to #/$defs/NAME'],
  ['$recursiveAnchor', 'use $defs'],
  ['$anchor', 'use $defs'],
  ['$id', 'a schema stands for itself here and has no address'],
  ['contentSchema', 'the content of a text is not looked into'],
  ['dependencies', 'use dependentRequired or dependentSchemas'],
  ['definitions', 'use $defs'],
  ['additionalItems', 'use prefixItems and items'],
])

/** The types of JSON Schema. */
export const SCHEMA_TYPES: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'integer',
  'number',
  'string',
  'array',
  'object',
])

/** Formats that are asserted, each checked in linear time. */
export const FORMATS: ReadonlySet<string> = new Set([
  'date',
  'date-time',
  'time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'json-pointer',
  'uri',
  'uuid',
])
