import type { OutputUnit } from '@cfworker/json-schema'

/** What a number must be, before the bound. */
const BOUNDS: Readonly<Record<string, string>> = {
  minimum: 'at least',
  maximum: 'at most',
  exclusiveMinimum: 'greater than',
  exclusiveMaximum: 'less than',
  multipleOf: 'a multiple of',
}

/** What does not fit, as people write it and without the value; what is rare is told in the validator's words. */
export function wordsOf({ keyword, error }: OutputUnit): string {
  switch (keyword) {
    case 'type': {
      const [, actual = '', expected = ''] = /^Instance type "(\w+)" is invalid\. Expected "(.*)"\.$/.exec(error) ?? []
      return expected === '' ? error : `must be ${expected.replaceAll('", "', ' or ')}, and is ${actual}`
    }
    case 'required': {
      const name = /^Instance does not have required property ("[^]*")\.$/.exec(error)?.[1]
      return name === undefined ? error : `lacks ${name}`
    }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
    case 'multipleOf':
      return `must be ${BOUNDS[keyword]} ${/(\S+)\.$/.exec(error)?.[1]}`
    case 'enum':
      return error.replace('Instance does not match any of', 'must be one of').replace(/\.$/, '')
    case 'false':
      return 'is not known here'
    default:
      return error
  }
}
