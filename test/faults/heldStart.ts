// Loaded before the service: its start holds the event loop for ever once it would listen, as a start on a machine that is
// far too busy does for a while.
import { Server } from 'node:net'

Server.prototype.listen = () => {
  for (;;);
}
