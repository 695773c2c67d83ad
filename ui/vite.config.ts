import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** A service to develop against. */
const SERVICE = process.env['CONDUIT_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  root: import.meta.dirname,
  // Links are relative: the page works under any path.
  base: './',
  plugins: [react()],
  resolve: { alias: { '@conduit-jobs/client': join(import.meta.dirname, '../client/src/index.ts') } },
  server: { proxy: { '/v1': SERVICE, '/openapi.json': SERVICE } },
  build: {
    outDir: 'dist',
    // Everything is a file of its own: the policy forbids scripts and styles within the document.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      // Named by a part of @rjsf/core for its own tests, which is left out of the build.
      external: ['@rjsf/validator-ajv8'],
      input: {
        page: join(import.meta.dirname, 'index.html'),
        embed: join(import.meta.dirname, 'src/embed/element.ts'),
      },
      output: {
        // Other sites name the element's file, so its name stays.
        entryFileNames: ({ name }) => (name === 'embed' ? 'embed.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})
