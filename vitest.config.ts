import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,emulator,test,scripts,web}/**/*.test.ts'],
    exclude: ['test/servers/**'], // need what `npm run test:servers` starts
    reporters: ['default', './test/closing-line.ts'],
    // A bound against a hang, not a measure of speed: a slow machine must not fail a test.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    env: {
      // rclone 1.60 refuses every transport when this is set in its environment.
      AWS_CA_BUNDLE: '',
    },
  },
})
