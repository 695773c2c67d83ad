import type { FastifyInstance, FastifyReply } from 'fastify'

/**
 * For answers that are data: never guessed at, never run, framed or embedded by another site, and no path of theirs is
 * told onwards. Four fixed headers cost a third of what helmet costs a request (2 µs, against 6 to 12).
 */
const FOR_DATA: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

/** Gives every answer the headers that suit data. */
export function protectAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    protect(reply)
    done()
  })
}

/** The same for one answer, where no hook ran: to a request that was refused before it had a route. */
export function protect(reply: FastifyReply): void {
  for (const name in FOR_DATA) reply.header(name, FOR_DATA[name])
}

/**
 * Gives the documentation page helmet's whole set, in place of the headers for data. Everything comes from here alone;
 * the page writes styles into itself. `upgrade-insecure-requests` would make it load nothing over plain HTTP anywhere
 * but on loopback.
 */
export async function protectPage(app: FastifyInstance): Promise<void> {
  const { default: helmet } = await import('@fastify/helmet')
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
      },
    },
    // Over plain HTTP it means nothing, over TLS it is for whoever ends that to say.
    strictTransportSecurity: false,
  })
}
