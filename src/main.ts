import { runCommandLine } from './cli/program.ts'
import { boundHeap } from './heap.ts'

boundHeap()
process.exitCode = await runCommandLine(process.argv.slice(2))
