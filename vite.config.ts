import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The dashboard. `scripts/build-web.mjs` builds it; `npm run dev:web` serves it from its sources, beside a running daemon. */
export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/web.next',
    emptyOutDir: true,
    // The strict Content-Security-Policy allows no data: scripts, and every browser that is meant preloads modules.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  // Not the sources of web/api/, which have such addresses too.
  server: {
    proxy: {
      '^/api/(?!.*[.]ts($|[?]))': { target: process.env.DRIVEKEEP_URL ?? 'http://localhost:8080', changeOrigin: false },
    },
  },
})
