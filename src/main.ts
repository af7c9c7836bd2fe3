import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  const { runCommandLine } = await import('./cli/program.ts')
  const { boundHeap } = await import('./heap.ts')
  boundHeap()
  process.exitCode = await runCommandLine(process.argv.slice(2))
} else {
  // Beside the backup of `drivekeep start`: see server/server-thread.ts.
  const { runServerThread } = await import('./server/thread.ts')
  await runServerThread()
}
