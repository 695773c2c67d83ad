import { randomBytes } from 'node:crypto'
import type { Json } from '../../engine/values/json.ts'
import type { FieldError } from '../../wire/problem.ts'
import type { LinkedQuestion } from '../../wire/question.ts'
import { type AnswerField, formFields, type SentFields } from './fields.ts'

/** A page and the headers that go with it. */
export type AnswerPage = { readonly html: string; readonly headers: Readonly<Record<string, string>> }

/** In the colours of the page (ui/src/style/tokens.css), which has them by name. */
const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  background: light-dark(#f6f7f9, #0e1318); color: light-dark(#1a212a, #e4e9ef); accent-color: light-dark(#0a5cc7, #2b6fd0) }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; overflow-wrap: anywhere }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
label, legend { font-weight: 600 }
fieldset, .field { border: 0; margin: 1rem 0; padding: 0 }
input[type=text], input[type=number], input[type=email], input[type=url], input[type=date], select, textarea {
  display: block; box-sizing: border-box; width: 100%; padding: .4rem; font: inherit }
fieldset label { font-weight: 400; margin-right: 1rem }
input, select, textarea { background: light-dark(#ffffff, #161c23); color: inherit; border: 1px solid light-dark(#808b97, #6c7885);
  border-radius: 6px }
.note { font-size: .9rem; color: light-dark(#55606c, #9eaab6) }
.wrong { border-left: 4px solid light-dark(#ab1530, #ff9a9a); padding-left: .8rem }
pre { overflow: auto; font-size: .85rem }
button { font: inherit; padding: .5rem 1.2rem; border: 0; border-radius: 6px; color: #fff; background: light-dark(#0a5cc7, #2b6fd0) }
:focus-visible { outline: 3px solid light-dark(#0a5cc7, #79b5ff); outline-offset: 2px }`

/** The page of a question, with its form while it is open. @param wrong what was wrong with what was `sent` */
export function questionPage(
  question: LinkedQuestion,
  wrong: readonly FieldError[] = [],
  sent: SentFields = new Map(),
): AnswerPage {
  const { title, text, to, form, state, until } = question
  const heading = title ?? 'A question'
  const parts = [
    `<h1 dir="auto">${escape(heading)}</h1>`,
    to === null ? '' : `<p class="note" dir="auto">For ${escape(to)}</p>`,
    text === null ? '' : `<div class="text" dir="auto">${escape(text)}</div>`,
    until === null || state !== 'open' ? '' : `<p class="note">Open until <time>${escape(until)}</time></p>`,
    state === 'open'
      ? errorList(wrong) + formOf(form, sent, to)
      : `<p role="status">${STATES[state] ?? STATES.closed}</p>`,
  ]
  return page(heading, parts.join('\n'))
}

const STATES: Readonly<Record<string, string>> & { readonly closed: string } = {
  answered: 'This question was answered.',
  closed: 'This question is not open any more.',
}

/** The page that says in a sentence how things are. */
export function notePage(heading: string, sentence: string): AnswerPage {
  return page(heading, `<h1 dir="auto">${escape(heading)}</h1>\n<p role="status">${escape(sentence)}</p>`)
}

function page(title: string, body: string): AnswerPage {
  const nonce = randomBytes(18).toString('base64')
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style nonce="${nonce}">${STYLE}
</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; frame-ancestors 'none'; form-action 'self'; style-src 'nonce-${nonce}'`,
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    },
  }
}

function errorList(wrong: readonly FieldError[]): string {
  if (wrong.length === 0) return ''
  const lines = wrong.map(
    ({ pointer, detail }) => `<li>${escape(`${pointer.replace(/^\/value\/?/, '')} ${detail}`)}</li>`,
  )
  return `<div class="wrong" role="alert"><p>This can't be taken yet:</p><ul>${lines.join('')}</ul></div>\n`
}

function formOf(form: unknown, sent: SentFields, to: string | null): string {
  const fields = formFields(form)
  const inputs =
    fields === null ? wholeOf(form, sent) : fields.map((field, i) => inputOf(field, `f${i}`, sent)).join('\n')
  const isNamed = fields?.some(({ name }) => name === 'by') === true
  const by = isNamed
    ? ''
    : `<div class="field"><label for="by">Your name (optional)</label>
<input type="text" id="by" name="by" maxlength="200" autocomplete="name" value="${escape(sent.get('by') ?? '')}"${to === null ? '' : ` placeholder="${escape(to)}"`}></div>`
  return `<form method="post">
${inputs}
${by}
<button type="submit">Send answer</button>
</form>`
}

function wholeOf(form: unknown, sent: SentFields): string {
  return `<div class="field"><label for="value">Your answer, as JSON</label>
<textarea id="value" name="value" rows="8" required spellcheck="false">${escape(sent.get('value') ?? '{}')}</textarea></div>
<details><summary>What it must be like</summary><pre>${escape(JSON.stringify(form, null, 2))}</pre></details>`
}

function inputOf(field: AnswerField, id: string, sent: SentFields): string {
  const { name, title, description, kind, choices, required } = field
  const given = sent.get(name) ?? defaultOf(field)
  const note = description === null ? '' : `<div class="note" id="${id}n" dir="auto">${escape(description)}</div>`
  const described = description === null ? '' : ` aria-describedby="${id}n"`
  const must = required ? ' required' : ''
  if (kind === 'boolean') {
    const radio = (value: string, label: string) =>
      `<label><input type="radio" name="${escape(name)}" value="${value}"${given === value ? ' checked' : ''}${must}> ${label}</label>`
    return `<fieldset${described}><legend dir="auto">${escape(title)}</legend>${note}${radio('true', 'Yes')}${radio('false', 'No')}</fieldset>`
  }
  const label = `<label for="${id}" dir="auto">${escape(title)}</label>${note}`
  const common = `id="${id}" name="${escape(name)}"${must}${described}`
  if (choices !== null) {
    const options = choices.map((choice) => {
      const text = textOf(choice)
      return `<option value="${escape(text)}"${given === text ? ' selected' : ''}>${escape(text)}</option>`
    })
    return `<div class="field">${label}<select ${common}><option value=""></option>${options.join('')}</select></div>`
  }
  const bounds = boundsOf(field)
  if (kind === 'text' && isLong(field)) {
    return `<div class="field">${label}<textarea ${common} rows="6"${bounds}>${escape(given)}</textarea></div>`
  }
  return `<div class="field">${label}<input type="${typeOf(field)}" ${common}${bounds} value="${escape(given)}"></div>`
}

const INPUT_TYPES: Readonly<Record<string, string>> = { email: 'email', uri: 'url', date: 'date' }

function typeOf({ kind, schema }: AnswerField): string {
  if (kind !== 'text') return 'number'
  const { format } = schema
  return (typeof format === 'string' ? INPUT_TYPES[format] : undefined) ?? 'text'
}

const LONG_TEXT = 200

function isLong({ schema: { maxLength } }: AnswerField): boolean {
  return typeof maxLength === 'number' && maxLength > LONG_TEXT
}

function boundsOf({ kind, schema }: AnswerField): string {
  const { minimum, maximum, minLength, maxLength } = schema
  const attribute = (name: string, value: Json | undefined) => (typeof value === 'number' ? ` ${name}="${value}"` : '')
  if (kind === 'text') return attribute('minlength', minLength) + attribute('maxlength', maxLength)
  return `${attribute('min', minimum)}${attribute('max', maximum)} step="${kind === 'integer' ? 1 : 'any'}"`
}

function defaultOf({ schema }: AnswerField): string {
  const { default: given } = schema
  return given === undefined || given === null ? '' : textOf(given)
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as it may stand anywhere in a page, in attributes too. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
