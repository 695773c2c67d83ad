// Asks the service on this machine whether it can work (/readyz); exit code 0 if so. For the image's HEALTHCHECK.
const { HOST = '127.0.0.1', PORT = '3000' } = process.env
const bare = HOST.replace(/^\[|\]$/g, '')
const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[bare] ?? (bare.includes(':') ? `[${bare}]` : bare)
const isReady = await fetch(`http://${host}:${PORT}/readyz`).then(
  ({ ok }) => ok,
  () => false,
)
process.exitCode = isReady ? 0 : 1
