import type { OutputUnit } from '@cfworker/json-schema'

/** What does not fit, as people write it; what is rare is told in the validator's words. */
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
    case 'false':
      return 'is not known here'
    default:
      return error
  }
}
