import { queryOptions } from '@tanstack/react-query'
import { listSessions } from '../../api/operations.ts'

export const sessionsQuery = queryOptions({ queryKey: ['sessions'], queryFn: ({ signal }) => listSessions(signal) })
