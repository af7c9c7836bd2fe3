// Builds the program that an installation runs: dist/main.js, and what it loads when it is needed in dist/program/.
// The libraries are bundled in, since a start would otherwise read 500 files and take three times as long.
// Left out are those that are not JavaScript alone, or that few installations ever load.
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = resolve(process.argv[2] ?? join(root, 'dist'))
rmSync(join(folder, 'program'), { recursive: true, force: true })
await build({
  configFile: false,
  root,
  logLevel: 'warn',
  resolve: { alias: [{ find: /^undici$/, replacement: join(root, 'scripts', 'undici.mjs') }] },
  ssr: { noExternal: true, external: ['better-sqlite3', '@aws-sdk/credential-providers'] },
  build: {
    ssr: 'src/main.ts',
    target: 'node24',
    minify: false,
    outDir: folder,
    emptyOutDir: false,
    rolldownOptions: {
      output: {
        entryFileNames: 'main.js',
        // As deep as the sources in src/: what they find beside the package by their own place, they find from here too.
        chunkFileNames: 'program/[name]-[hash].js',
      },
    },
  },
})
