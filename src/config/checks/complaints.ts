import { type Path, shownPath, type Tree } from '../file/document.ts'
import type { Problem } from '../file/problems.ts'

/** Collects what is wrong with a configuration, one problem a place: what follows from an earlier one is left unsaid. */
export class Complaints {
  readonly list: Problem[]
  readonly #tree: Tree

  constructor(tree: Tree, earlier: readonly Problem[]) {
    this.#tree = tree
    this.list = [...earlier]
  }

  add(path: Path, message: string, remedy: string, kind: Problem['kind'] = 'wrong'): void {
    if (this.#isSaid(path, kind)) return
    this.list.push({ kind, path: shownPath(path), ...this.#tree.at(path), message, remedy })
  }

  /** That something is missing leaves nothing unsaid that is wrong. */
  #isSaid(path: Path, kind: Problem['kind']): boolean {
    return this.#known(path).some((known) => known.kind === 'wrong' || kind === 'missing')
  }

  /** Whether something at this place, or about a section that holds it, is wrong already. */
  about(path: Path): boolean {
    return this.#known(path).length > 0
  }

  #known(path: Path): Problem[] {
    const shown = shownPath(path)
    return this.list.filter((known) => known.path !== '' && `${shown}.`.startsWith(`${known.path}.`))
  }
}
