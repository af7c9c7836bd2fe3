import type { CheckResult } from '../../backup/destination.ts'
import type { Bucket } from './bucket.ts'
export async function checkBucket(_bucket: Bucket, _base: string, _signal: AbortSignal): Promise<CheckResult[]> {
  return []
}
