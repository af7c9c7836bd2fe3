import { type Path, shownPath, type Tree } from './document.ts'
import type { Problem } from './problems.ts'

/** Collects what is wrong with a configuration, one problem a place: what follows from an earlier one is left unsaid. */
export class Complaints {
  readonly list: Problem[]
  readonly #tree: Tree

  constructor(tree: Tree, earlier: readonly Problem[]) {
    this.#tree = tree
    this.list = [...earlier]
  }

  add(path: Path, message: string, remedy: string, kind: Problem['kind'] = 'wrong'): void {
    if (!this.about(path)) this.list.push({ kind, path: shownPath(path), ...this.#tree.at(path), message, remedy })
  }

  /** Whether something at this place, or about a section that holds it, is wrong already. */
  about(path: Path): boolean {
    const shown = shownPath(path)
    return this.list.some((known) => known.path !== '' && `${shown}.`.startsWith(`${known.path}.`))
  }
}
