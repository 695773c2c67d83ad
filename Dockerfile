# What runs in a container: the service on a Postgres of the operator's (DATABASE_URL), as a plain user, able to work on
# a read-only root file system. TypeScript runs as it is; what a start loads is bundled, so that it is read at once.

FROM node:24-trixie-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY runtime/package.json runtime/
COPY client/package.json client/
COPY ui/package.json ui/
# Without development tools (Prisma's CLI alone has 300 MB; it is an optional peer, hence both words) and without what is
# optional: a Node of its own and the embedded Postgres.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund
# Prisma brings a compiler of queries for each kind of database, several times: 60 MB that nothing here loads.
RUN find node_modules/@prisma/client/runtime -type f \
      \( -name '*.map' -o -name '*.wasm-base64.js' -o -name 'query_compiler_*' ! -name '*_small_bg.postgresql.*' \) -delete

# What a start loads, in few files and compiled: a container keeps nothing, and would do it each time. It is made by who
# runs the service, since Node keeps what it compiles by users.
FROM node:24-trixie-slim AS bundled
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY runtime/package.json runtime/
COPY client/package.json client/
COPY ui/package.json ui/
RUN npm ci --no-audit --no-fund
COPY bin bin
COPY src src
COPY client/dist client/dist
RUN mkdir -p node_modules/.cache && chown node node_modules/.cache
USER node
RUN node --max-semi-space-size=16 bin/compile.js

FROM node:24-trixie-slim
LABEL org.opencontainers.image.title="Conduit"
LABEL org.opencontainers.image.description="Runs jobs that are posted as data: durably, step by step, restricted to what the operator allows."
LABEL org.opencontainers.image.licenses="MIT"
LABEL org.opencontainers.image.version="0.1.0"
LABEL org.opencontainers.image.documentation="/docs of the running service"
ENV NODE_ENV=production
ENV HOST=0.0.0.0
ENV PORT=3000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=bundled /app/package.json /app/package-lock.json ./
COPY prisma/migrations prisma/migrations
COPY --from=bundled /app/bin bin
COPY --from=bundled /app/src src
COPY ui/dist ui/dist
# The command line stands on the client, and the service shows its guides.
COPY --from=bundled /app/client/dist client/dist
COPY client/README.md client/README.md
COPY client/package.json client/package.json
COPY docs docs
COPY README.md SECURITY.md CONTRIBUTING.md CHANGELOG.md ./
# A bundle is known by the times of its sources, so these come from where it was made: the two stages may be cached apart.
COPY --from=bundled /app/node_modules/.cache node_modules/.cache
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "bin/health.js"]
# One process, and no shell or npm before it: it gets the signals, drains, and exits with 0.
CMD ["node", "--max-semi-space-size=16", "bin/start.js"]
