import type * as saxes from 'saxes'
import { type Block, defineBlock, Type } from '../engine/block.ts'
import { InvalidArgument } from '../engine/errors.ts'
import type { JsonObject } from '../engine/values/json.ts'
import { documentText } from './documents.ts'
import { loadedOnce } from './loadedOnce.ts'
import { inTurns, type LongWork, piecesOf } from './turns.ts'
import { ElementStack } from './xml/elementStack.ts'

const withParser = loadedOnce(() => import('saxes'))

export const parse = defineBlock({
  action: 'XML.PARSE',
  title: 'Parse XML',
  description:
    'Reads a text as XML. An element with text alone is that text; any other is an object of its attributes (`@name`), its children by name (a list where one comes more than once) and its text (`#text`). Document types and entities of their own are refused.',
  keywords: ['xml', 'read', 'soap', 'rss', 'feed', 'sitemap', 'import'],
  parameters: Type.Object({
    text: documentText('The XML'),
    lists: Type.Array(Type.String(), {
      default: [],
      description: 'Names of elements that are always given as a list, also where one comes alone.',
    }),
  }),
  returns: Type.Record(Type.String(), Type.Unknown()),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { text: '<order id="7"><item>Tea</item><item>Cup &amp; saucer</item><note/></order>' },
      returns: { order: { '@id': '7', item: ['Tea', 'Cup & saucer'], note: '' } },
    },
    { parameters: { text: '<a><b>1</b></a>', lists: ['b'] }, returns: { a: { b: ['1'] } } },
  ],
  run: ({ text, lists }, context) => withParser((parser) => inTurns(read(parser, text, new Set(lists)), context)),
})

function* read({ SaxesParser }: typeof saxes, text: string, lists: ReadonlySet<string>): LongWork<JsonObject> {
  const stack = new ElementStack(lists)
  const parser = new SaxesParser()
  parser.on('error', ({ message }) => {
    throw new InvalidArgument(`the text is no XML: ${message}`)
  })
  parser.on('doctype', () => {
    throw new InvalidArgument('the text has a document type (<!DOCTYPE …>), which is not read; take it out')
  })
  parser.on('opentag', ({ name, attributes }) => stack.open(name, attributes))
  parser.on('text', (part) => stack.text(part))
  parser.on('cdata', (part) => stack.text(part))
  parser.on('closetag', () => stack.close())
  for (const piece of piecesOf(text)) {
    parser.write(piece)
    yield
  }
  parser.close()
  return stack.document
}

/** The blocks of the category XML. */
export const xmlBlocks: readonly Block[] = [parse]
