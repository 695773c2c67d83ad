import type { Database } from '../store/client.ts'
import { letMessagesGo, messagesOwnedBy } from '../store/messages/owned.ts'

/** What orphaned messages are known by. */
export type MessageOrphanOptions = {
  readonly database: Database
  readonly replica: () => number
  /** The ids of the messages that are in hand here. */
  readonly inHand: () => ReadonlySet<string>
}

/**
 * Finds messages that are this replica's by the database and in nobody's hand: the answer to their claim was lost, or
 * what became of them could not be written. As long as this replica lives nobody else would take them. What is only on
 * its way is given the time between two looks.
 */
export class OrphanFinder {
  readonly #options: MessageOrphanOptions
  #suspected = new Set<string>()

  constructor(options: MessageOrphanOptions) {
    this.#options = options
  }

  /** Looks once; gives how many were let go. */
  async look(): Promise<number> {
    const { database, replica, inHand } = this.#options
    const owner = replica()
    const owned = await messagesOwnedBy(database, owner)
    const held = inHand()
    const unknown = owned.filter(({ id }) => !held.has(id))
    const orphans = unknown.filter(({ id, tries }) => this.#suspected.has(`${owner} ${id} ${tries}`))
    this.#suspected = new Set(unknown.map(({ id, tries }) => `${owner} ${id} ${tries}`))
    if (orphans.length > 0) await letMessagesGo(database, owner, orphans)
    return orphans.length
  }
}
