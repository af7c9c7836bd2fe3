import { defineConfig } from 'vitest/config'

/** `npm run test:servers`: what every destination promises, against real servers that the run starts itself. */
export default defineConfig({
  test: {
    include: ['src/destinations/contract*.test.ts', 'test/servers/*.test.ts'],
    globalSetup: ['test/servers/setup.ts'],
    reporters: ['default', './test/closing-line.ts'],
    // A bound against a hang, not a measure of speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One after another: one file halts the server that all of them share.
    fileParallelism: false,
  },
})
