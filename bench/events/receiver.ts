import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// Answers 204 to everything, and says where it listens.
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end())
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
