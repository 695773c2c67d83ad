import { applyEdits, format, modify } from 'jsonc-parser'
import { parse as parseYaml, parseDocument, stringify } from 'yaml'
import { exactJson, exactNumber, InexactNumber } from '../parts/exactJson.ts'
import { texts } from '../texts.ts'

/** What a definition is written in. */
export type Language = 'json' | 'yaml'
type Path = readonly (string | number)[]

const FORMATTING = { tabSize: 2, insertSpaces: true, eol: '\n' }
const YAML_STYLE = { lineWidth: 0 }

/** JSON begins with a bracket; an empty text is JSON to be. */
export function languageOf(text: string): Language {
  return /^\s*($|[{[])/.test(text) ? 'json' : 'yaml'
}

/** The value of a text; undefined where it is none. */
export function parse(text: string): unknown {
  try {
    return read(text)
  } catch {
    return undefined
  }
}

/** The object that a text is; undefined where it is none. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parse(text)
  return isObject(value) ? value : undefined
}

/** Why a text is no object; null: it is one. */
export function wrongIn(text: string): string | null {
  try {
    return isObject(read(text)) ? null : texts.notObject
  } catch (error) {
    return error instanceof InexactNumber ? error.message : texts.editor.unreadable[languageOf(text)]
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function read(text: string): unknown {
  if (languageOf(text) === 'json') return exactJson(text)
  const exact = (_key: unknown, value: unknown): unknown => (typeof value === 'bigint' ? exactNumber(value) : value)
  return parseYaml(text, exact, { intAsBigInt: true }) as unknown
}

/** The same value in the other language, or the text as it is where it has none yet. */
export function translated(text: string, language: Language): string {
  const value = parse(text)
  if (value === undefined || languageOf(text) === language) return text
  return language === 'json' ? JSON.stringify(value, null, 2) : stringify(value, YAML_STYLE)
}

/** A text with another value at a place; what stands around it, comments too, stays as it is. */
export function withValue(text: string, path: Path, value: unknown): string {
  if (languageOf(text) === 'json')
    return applyEdits(text, modify(text, [...path], value, { formattingOptions: FORMATTING }))
  const document = parseDocument(text)
  document.setIn(path, document.createNode(value))
  return document.toString(YAML_STYLE)
}

/** A text with its lines and indents in order. */
export function tidy(text: string): string {
  return languageOf(text) === 'json'
    ? applyEdits(text, format(text, undefined, FORMATTING))
    : parseDocument(text).toString(YAML_STYLE)
}
