// Says in one line what an old Node lacks. Plain JavaScript that any Node reads: with newer syntax beside it there would
// be a SyntaxError instead.

/** What is wrong with this process's Node, or null. */
export function complaint() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 16)) return null
  return `conduit: Node ${process.versions.node} is too old; install Node 24.16 or newer`
}
