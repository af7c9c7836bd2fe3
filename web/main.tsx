import './ui/mantine.ts'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { newQueryClient } from './server/query-client.ts'
import { Gate } from './shell/gate.tsx'
import { PartBoundary } from './ui/page/part-boundary.tsx'
import { theme } from './ui/theme.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={newQueryClient()}>
      {/* Nothing may write a <style> element: theme.ts says how that is kept. */}
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
        <PartBoundary>
          <Gate />
        </PartBoundary>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
)
