import type { Block } from '@conduit-jobs/client'
import { useState } from 'react'
import { Link } from 'wouter'
import { Empty, Loading, PageHead, Problem } from '../parts/basics.tsx'
import { useAddress } from '../shell/address.ts'
import { texts } from '../texts.ts'
import { useBlocks } from './data.ts'
import { BlockDetail } from './detail.tsx'

const t = texts.blocks
const COMMAND = 'npx conduit blocks'

/** The catalogue: found by what a block is called or does, and one block whole. */
export function BlocksView({ action }: { action: string | null }) {
  const blocks = useBlocks()
  const [address, change] = useAddress()
  const [words, setWords] = useState(address.get('q') ?? '')
  if (action !== null) return <OneBlock action={action} blocks={blocks} />
  const found = (blocks.data ?? []).filter((block) => fits(block, words))
  const categories = Map.groupBy(found, ({ category }) => category ?? t.noCategory)
  return (
    <>
      <PageHead title={texts.nav.blocks}>
        <form role="search" onSubmit={(event) => event.preventDefault()}>
          <label className="hidden" htmlFor="search">
            {t.search}
          </label>
          <input
            id="search"
            type="search"
            className="input"
            placeholder={t.search}
            value={words}
            data-search
            onChange={({ target }) => {
              setWords(target.value)
              change({ q: target.value })
            }}
          />
        </form>
      </PageHead>
      {blocks.error !== null && <Problem error={blocks.error} />}
      {blocks.isPending && <Loading rows={6} />}
      {blocks.isSuccess && found.length === 0 && (
        <Empty title={t.none} command={COMMAND}>
          <p>{t.noneText}</p>
        </Empty>
      )}
      <div className="stack">
        {[...categories].map(([category, members]) => (
          <section key={category} className="stack tight">
            <h2>{category}</h2>
            <div className="tiles">
              {members.map((block) => (
                <Link
                  key={block.action}
                  href={`/blocks/${encodeURIComponent(block.action)}`}
                  className="panel tile"
                  data-row
                >
                  <code>{block.action}</code>
                  <span className="muted small">{block.description}</span>
                </Link>
              ))}
            </div>
          </section>
        ))}
      </div>
    </>
  )
}

function OneBlock({ action, blocks }: { action: string; blocks: ReturnType<typeof useBlocks> }) {
  const block = blocks.data?.find((one) => one.action === action.toUpperCase())
  return (
    <>
      <Link href="/blocks" className="small">
        ← {texts.nav.blocks}
      </Link>
      {block !== undefined ? (
        <BlockDetail key={action} block={block} />
      ) : (
        <>
          <PageHead title={action} />
          {blocks.error !== null ? (
            <Problem error={blocks.error} />
          ) : blocks.isPending ? (
            <Loading />
          ) : (
            <Empty title={t.unknown} command={COMMAND} />
          )}
        </>
      )}
    </>
  )
}

/** Every word is somewhere in its names, description, tags or keywords. */
function fits(block: Block, words: string): boolean {
  const { keywords } = block
  const text = [block.action, block.title, block.description, ...block.tags, ...keywords].join(' ').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
