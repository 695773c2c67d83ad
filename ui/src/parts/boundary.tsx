import { Component, type ReactNode } from 'react'
import { texts } from '../texts.ts'
import { PageHead, Problem } from './basics.tsx'

type Props = { readonly at: string; readonly children: ReactNode }

/**
 * Says what went wrong where a view could not be drawn, a file of it that a newer version took away, say. Another address, or
 * the page anew, is another try.
 */
export class Boundary extends Component<Props, { error: unknown }> {
  override state = { error: null as unknown }

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  override componentDidUpdate({ at }: Props): void {
    if (at !== this.props.at && this.state.error !== null) this.setState({ error: null })
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <>
        <PageHead title={texts.notOpened}>
          <button type="button" className="button" onClick={() => location.reload()}>
            {texts.reload}
          </button>
        </PageHead>
        <Problem error={this.state.error} />
      </>
    )
  }
}
