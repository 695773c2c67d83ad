import { LEAST_SECRET_CHARACTERS, MASK } from '../engine/secrets/names.ts'
import { isObject, type Json, type JsonObject, setOwn } from '../engine/values/json.ts'

/**
 * Finds secrets in what a step gave, threw or logged, and puts `***` in their place: as they are, and as JSON, base64 and
 * base64url (also inside a longer text that was encoded whole, such as `user:password`), hex, URL and form encoding.
 */
export class Masker {
  readonly #forms: readonly string[]

  /** @param values secrets in plain; those of fewer than 8 characters are passed over */
  constructor(values: Iterable<string>) {
    const forms = new Set<string>()
    for (const value of values) {
      if (value.length >= LEAST_SECRET_CHARACTERS) for (const form of formsOf(value)) forms.add(form)
    }
    // The longest first: a part of it must not be taken for the whole, which would leave the rest.
    this.#forms = [...forms].sort((a, b) => b.length - a.length)
  }

  text(text: string): string {
    let masked = text
    for (const form of this.#forms) if (masked.includes(form)) masked = masked.replaceAll(form, MASK)
    return masked
  }

  /** The value itself where nothing was found in it, else a copy; keys are looked at too. */
  value(value: Json): Json {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) {
      const items = value.map((item) => this.value(item))
      return items.every((item, i) => item === value[i]) ? value : items
    }
    return isObject(value) ? this.#object(value as JsonObject) : value
  }

  #object(object: JsonObject): JsonObject {
    const masked: JsonObject = {}
    let changed = false
    for (const [key, item] of Object.entries(object)) {
      const [newKey, newItem] = [this.text(key), this.value(item)]
      changed ||= newKey !== key || newItem !== item
      setOwn(masked, newKey, newItem)
    }
    return changed ? masked : object
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const hex = bytes.toString('hex')
  const url = encodeURIComponent(wellFormed(secret))
  const form = new URLSearchParams([['', secret]]).toString().slice(1)
  const base64 = [0, 1, 2].map((offset) => base64Within(bytes, offset))
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
 * What of a text's base64 shows the secret where it begins `offset` bytes into a group of three: the characters that depend
 * on the secret's bytes alone.
 */
function base64Within(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const whole = Math.floor(((offset + bytes.length) * 8) / 6)
  return encoded.slice(Math.ceil((offset * 8) / 6), whole)
}

/** `encodeURIComponent` throws for half a pair of surrogates. */
function wellFormed(text: string): string {
  return text.toWellFormed()
}

function lowerPercent(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
}
