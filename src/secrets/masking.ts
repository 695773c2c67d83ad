import { LEAST_SECRET_CHARACTERS, MASK } from '../engine/secrets/names.ts'
import { isObject, setOwn } from '../engine/values/json.ts'

/** A text that is looked for, and what is put in its place. */
export type Finding = { readonly text: string; readonly mark: string }

/** Of what was cut off somewhere so many characters are enough to be found by. */
const HEAD = 32

/** Puts marks in the place of what is looked for, in texts and in values at any depth, keys included. */
export class Replacer {
  readonly #findings: readonly Finding[]
  readonly #wholes: ReadonlyMap<unknown, string>
  /** What is looked for by its beginning too. */
  readonly #long: readonly (Finding & { readonly head: string })[]

  /**
   * @param wholes values that are replaced only where they are all that stands at a place
   * @param cut whether what was cut off behind its first characters is replaced too
   */
  constructor(findings: Iterable<Finding>, wholes: ReadonlyMap<unknown, string> = NONE, cut = false) {
    // The longest first: a part of it must not be taken for the whole, which would leave the rest.
    this.#findings = [...findings].sort((a, b) => b.text.length - a.text.length)
    this.#long = cut
      ? this.#findings
          .filter(({ text }) => text.length > HEAD)
          .map((one) => ({ ...one, head: one.text.slice(0, HEAD) }))
      : []
    this.#wholes = wholes
  }

  text(text: string): string {
    let replaced = text
    for (const { text: found, mark } of this.#findings)
      if (replaced.includes(found)) replaced = replaced.replaceAll(found, () => mark)
    for (const { text: found, head, mark } of this.#long) {
      for (let at = replaced.indexOf(head); at >= 0; at = replaced.indexOf(head, at + mark.length)) {
        let end = at + HEAD
        while (end < replaced.length && replaced[end] === found[end - at]) end++
        replaced = replaced.slice(0, at) + mark + replaced.slice(end)
      }
    }
    return replaced
  }

  /** A value, any JSON: itself where nothing was found in it, else a copy of the same shape. */
  value<Value>(value: Value): Value
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.#wholes.get(value) ?? this.text(value)
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => this.value(item))
      return items.every((item, i) => item === value[i]) ? value : items
    }
    return isObject(value) ? this.#object(value) : (this.#wholes.get(value) ?? value)
  }

  #object(object: Readonly<Record<string, unknown>>): object {
    const replaced: Record<string, unknown> = {}
    let changed = false
    for (const [key, item] of Object.entries(object)) {
      const [newKey, newItem] = [this.text(key), this.value(item)]
      changed ||= newKey !== key || newItem !== item
      setOwn(replaced, newKey, newItem)
    }
    return changed ? replaced : object
  }
}

const NONE: ReadonlyMap<unknown, string> = new Map()

/**
 * Finds secrets in what a step gave, threw or logged, and puts `***` in their place: as they are, and as JSON, base64 and
 * base64url (also inside a longer text that was encoded whole, such as `user:password`), hex, URL and form encoding.
 */
export class Masker extends Replacer {
  /** @param values secrets in plain; those of fewer than 8 characters are passed over */
  constructor(values: Iterable<string>) {
    const forms = new Set([...values].flatMap((value) => (isLong(value) ? formsOf(value) : [])))
    super(
      [...forms].map((text) => ({ text, mark: MASK })),
      NONE,
      true,
    )
  }
}

/** Whether a secret is long enough to be looked for inside texts. */
export function isLong(secret: string): boolean {
  return secret.length >= LEAST_SECRET_CHARACTERS
}

/** Every way in which a secret may come back, as others would write it; always in the same order. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const hex = bytes.toString('hex')
  const url = encodeURIComponent(wellFormed(secret))
  const form = new URLSearchParams([['', secret]]).toString().slice(1)
  const base64 = [0, 1, 2].flatMap((offset) => base64Within(bytes, offset))
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    hex,
    hex.toUpperCase(),
    url,
    lowerPercent(url),
    ...asPartsOfUrls(secret),
    form,
    lowerPercent(form),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

/** As the URL standard writes it in paths and queries, which leaves more as it is than `encodeURIComponent` does. */
function asPartsOfUrls(secret: string): string[] {
  const { pathname } = new URL(`http://x/${wellFormed(secret).replaceAll('?', '%3F').replaceAll('#', '%23')}`)
  const { search } = new URL(`http://x/?${wellFormed(secret).replaceAll('#', '%23')}`)
  const segments = wellFormed(secret).split('/').map(encodeURIComponent).join('/')
  return [pathname.slice(1), search.slice(1), segments].filter((form) => form.length >= LEAST_SECRET_CHARACTERS)
}

/**
 * What of a text's base64 shows the secret where it begins `offset` bytes into a group of three: to its end where the text
 * ends with it, padded or not, and the characters that depend on the secret's bytes alone where more comes behind it.
 */
function base64Within(bytes: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const whole = Math.floor(((offset + bytes.length) * 8) / 6)
  const begin = Math.ceil((offset * 8) / 6)
  return [padded.slice(begin), padded.replace(/=+$/, '').slice(begin), padded.slice(begin, whole)]
}

/** `encodeURIComponent` throws for half a pair of surrogates. */
function wellFormed(text: string): string {
  return text.toWellFormed()
}

function lowerPercent(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
}
