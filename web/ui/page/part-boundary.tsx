import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { Component, type ReactNode } from 'react'
import { ErrorState } from './error-state.tsx'

/** Shows what went wrong in its place, and leaves the rest of the page as it is. */
export function PartBoundary({ children }: { children: ReactNode }) {
  const { reset } = useQueryErrorResetBoundary()
  return <Boundary onRetry={reset}>{children}</Boundary>
}

interface State {
  failure: { error: unknown } | null
}

class Boundary extends Component<{ onRetry: () => void; children: ReactNode }, State> {
  override state: State = { failure: null }

  static getDerivedStateFromError(error: unknown): State {
    return { failure: { error } }
  }

  override render(): ReactNode {
    const { failure } = this.state
    if (failure === null) return this.props.children
    const retry = () => {
      this.props.onRetry()
      this.setState({ failure: null })
    }
    return <ErrorState error={failure.error} retry={retry} />
  }
}
