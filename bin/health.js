// Asks the service on this machine whether it can work (/readyz); exit code 0 if so. For the image's HEALTHCHECK.
const { HOST, PORT } = process.env
// Empty counts as left out, as in the service's own settings.
const bare = (HOST || '127.0.0.1').replace(/^\[|\]$/g, '')
const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[bare] ?? (bare.includes(':') ? `[${bare}]` : bare)
const isReady = await fetch(`http://${host}:${PORT || '3000'}/readyz`).then(
  ({ ok }) => ok,
  () => false,
)
process.exitCode = isReady ? 0 : 1
