import type * as htmlparser2 from 'htmlparser2'
import { type Block, defineBlock, Type } from '../engine/block.ts'
import { InvalidArgument } from '../engine/errors.ts'
import { documentText } from './documents.ts'
import { TextWriter } from './html/textWriter.ts'
import { loadedOnce } from './loadedOnce.ts'
import { inTurns, type LongWork, piecesOf } from './turns.ts'

/** Deeper ones are no documents, and cost the parser a look at every open element for each that begins. */
const MAX_OPEN = 512

const withParser = loadedOnce(() => import('htmlparser2'))

export const toText = defineBlock({
  action: 'HTML.TO_TEXT',
  title: 'HTML to text',
  description:
    'Gives what a reader of an HTML page sees, as text: a line a block, `- ` before items of lists, cells of a row parted by a tab. Scripts, styles and comments are left out. Nothing is loaded.',
  keywords: ['html', 'strip tags', 'mail', 'scrape', 'plain text', 'markdown'],
  parameters: Type.Object({
    html: documentText('The HTML'),
    links: Type.Boolean({
      default: false,
      description: 'Whether the address of a link follows its text in brackets.',
    }),
  }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { html: '<h1>Hello</h1><p>Fish &amp; <b>chips</b><br>to go</p><ul><li>one<li>two</ul>' },
      returns: 'Hello\n\nFish & chips\nto go\n\n- one\n- two',
    },
    {
      parameters: { html: 'See <a href="https://x.test/">this</a>', links: true },
      returns: 'See this [https://x.test/]',
    },
  ],
  run: ({ html, links }, context) => withParser((parser) => inTurns(read(parser, html, links), context)),
})

function* read({ Parser }: typeof htmlparser2, html: string, links: boolean): LongWork<string> {
  const writer = new TextWriter(links)
  let open = 0
  const parser = new Parser({
    onopentag(name, attributes) {
      if (++open > MAX_OPEN) throw new InvalidArgument(`the HTML is nested deeper than ${MAX_OPEN} elements`)
      writer.open(name, attributes)
    },
    ontext: (text) => writer.text(text),
    onclosetag(name) {
      open--
      writer.close(name)
    },
  })
  for (const piece of piecesOf(html)) {
    parser.write(piece)
    yield
  }
  parser.end()
  return writer.toString()
}

/** The blocks of the category HTML. */
export const htmlBlocks: readonly Block[] = [toText]
