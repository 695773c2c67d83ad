/** Elements whose text nobody sees. */
const HIDDEN = new Set(['script', 'style', 'template', 'noscript', 'head', 'title', 'svg', 'math', 'iframe', 'object'])

/** Elements that stand on lines of their own, with an empty line around them … */
const PARAGRAPHS = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'dl',
  'table',
  'pre',
  'blockquote',
  'hr',
])

/** … or without. */
const LINES = new Set(
  'address article aside body caption dd details div dt fieldset figcaption figure footer form header html li main nav option section summary tr'.split(
    ' ',
  ),
)

/** HTML's own white space; a non-breaking space is none. */
const SPACES = /[ \t\n\f\r]+/g

/** Writes the text of a page from what a parser meets, in order. */
export class TextWriter {
  readonly #links: boolean
  readonly #addresses: string[] = []
  readonly #out: string[] = []
  /** Line ends that come before the next text, if any comes. */
  #breaks = 0
  /** A space comes before the next text on the same line. */
  #space = false
  /** Nothing stands on this line yet, or only what never has a space behind it. */
  #atStart = true
  #hidden = 0
  #pre = 0

  /** @param links whether addresses of links are written */
  constructor(links: boolean) {
    this.#links = links
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (HIDDEN.has(name)) this.#hidden++
    if (name === 'pre') this.#pre++
    if (name === 'a') this.#addresses.push(attributes['href'] ?? '')
    if (name === 'br') this.#endLine(this.#breaks + 1)
    else this.#part(name)
    if (name === 'li') this.#mark('- ')
    if ((name === 'td' || name === 'th') && !this.#atStart && this.#breaks === 0) this.#mark('\t')
    if (name === 'img' && attributes['alt'] !== undefined) this.text(attributes['alt'])
  }

  text(text: string): void {
    if (this.#hidden > 0) return
    if (this.#pre > 0) return this.#preformatted(text)
    const words = text.replace(SPACES, ' ')
    const inner = words.trim() === '' && !words.includes('\u00a0') ? '' : words.replace(/^ /, '').replace(/ $/, '')
    if (words.startsWith(' ')) this.#space = true
    if (inner === '') return
    this.#write(inner)
    this.#space = words.endsWith(' ')
  }

  close(name: string): void {
    if (HIDDEN.has(name)) this.#hidden--
    if (name === 'a') {
      const address = this.#addresses.pop() ?? ''
      if (this.#links && address !== '') this.text(` [${address}]`)
    }
    if (name !== 'br') this.#part(name)
    if (name === 'pre') this.#pre--
  }

  toString(): string {
    return this.#out.join('')
  }

  #part(name: string): void {
    if (PARAGRAPHS.has(name)) this.#endLine(Math.max(this.#breaks, 2))
    else if (LINES.has(name)) this.#endLine(Math.max(this.#breaks, 1))
  }

  #endLine(breaks: number): void {
    this.#breaks = Math.min(breaks, 2)
    this.#space = false
  }

  #preformatted(text: string): void {
    for (const [i, line] of text.split('\n').entries()) {
      if (i > 0) this.#endLine(this.#breaks + 1)
      if (line !== '') this.#write(line)
    }
  }

  /** Writes what stands before a text, and takes the place of a space. */
  #mark(text: string): void {
    this.#space = false
    this.#write(text)
    this.#atStart = true
  }

  #write(text: string): void {
    if (this.#hidden > 0) return
    if (this.#breaks > 0) {
      if (this.#out.length > 0) this.#out.push('\n'.repeat(this.#breaks))
      this.#atStart = true
    }
    if (this.#space && !this.#atStart) this.#out.push(' ')
    this.#out.push(text)
    this.#breaks = 0
    this.#space = false
    this.#atStart = false
  }
}
