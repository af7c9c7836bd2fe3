import { invalid } from '../http/errors.ts'

/** A parsed `q`. */
export type Expression =
  | { is: 'and' | 'or'; of: Expression[] }
  | { is: 'not'; of: Expression }
  | { is: 'compare'; field: string; operator: Operator; value: string }
  /** `'value' in field` */
  | { is: 'in'; field: string; value: string }
  /** `properties has { key='k' and value='v' }` */
  | { is: 'has'; field: string; key: string; value: string }

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains'

type Token = { type: 'word' | 'string' | 'sign'; text: string }

const SIGNS = /^(?:<=|>=|!=|[=<>(){}])/
const WORD = /^[A-Za-z_][A-Za-z0-9_.]*/
const OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', 'contains'])

/**
 * Parses Drive's search language. `and` binds tighter than `or`; spaces around signs are optional; in strings `\'` and `\\` stand
 * for themselves. Anything else is Google's 400 with location `q`.
 */
export function parseQuery(text: string): Expression {
  const parser = new Parser(tokenise(text))
  return parser.whole()
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at, at + 100)
    if (/^\s/.test(rest)) {
      at++
      continue
    }
    if (rest.startsWith("'")) {
      const { value, end } = readString(text, at + 1)
      tokens.push({ type: 'string', text: value })
      at = end
      continue
    }
    const sign = SIGNS.exec(rest)?.[0]
    const word = sign === undefined ? WORD.exec(rest)?.[0] : undefined
    const found = sign ?? word
    if (found === undefined) throw invalid('q')
    tokens.push({ type: sign === undefined ? 'word' : 'sign', text: found })
    at += found.length
  }
  return tokens
}

function readString(text: string, from: number): { value: string; end: number } {
  let value = ''
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === "'") return { value, end: at + 1 }
    if (char === '\\') at++
    value += text[at] ?? ''
  }
  throw invalid('q')
}

class Parser {
  readonly #tokens: Token[]
  #at = 0

  constructor(tokens: Token[]) {
    this.#tokens = tokens
  }

  whole(): Expression {
    const expression = this.#or()
    if (this.#at < this.#tokens.length) throw invalid('q')
    return expression
  }

  #or(): Expression {
    return this.#chain('or', () => this.#and())
  }

  #and(): Expression {
    return this.#chain('and', () => this.#unary())
  }

  #chain(word: 'and' | 'or', next: () => Expression): Expression {
    const first = next()
    const of = [first]
    while (this.#takeWord(word)) of.push(next())
    return of.length === 1 ? first : { is: word, of }
  }

  #unary(): Expression {
    if (this.#takeWord('not')) return { is: 'not', of: this.#unary() }
    if (this.#takeSign('(')) {
      const inner = this.#or()
      if (!this.#takeSign(')')) throw invalid('q')
      return inner
    }
    return this.#term()
  }

  #term(): Expression {
    const token = this.#next()
    if (token.type === 'string') {
      if (!this.#takeWord('in')) throw invalid('q')
      return { is: 'in', value: token.text, field: this.#word() }
    }
    if (token.type !== 'word') throw invalid('q')
    const operator = this.#next()
    if (operator.type === 'word' && operator.text === 'has') return this.#has(token.text)
    if (operator.type === 'string' || !OPERATORS.has(operator.text)) throw invalid('q')
    const value = this.#next()
    if (value.type === 'sign') throw invalid('q')
    return { is: 'compare', field: token.text, operator: operator.text as Operator, value: value.text }
  }

  #has(field: string): Expression {
    if (!this.#takeSign('{')) throw invalid('q')
    const parts: Record<string, string> = {}
    do {
      const name = this.#word()
      if (!this.#takeSign('=')) throw invalid('q')
      parts[name] = this.#next().text
    } while (this.#takeWord('and'))
    const { key, value } = parts
    if (!this.#takeSign('}') || key === undefined || value === undefined) throw invalid('q')
    return { is: 'has', field, key, value }
  }

  #next(): Token {
    const token = this.#tokens[this.#at++]
    if (!token) throw invalid('q')
    return token
  }

  #word(): string {
    const token = this.#next()
    if (token.type !== 'word') throw invalid('q')
    return token.text
  }

  #takeWord(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.type !== 'word' || token.text.toLowerCase() !== text) return false
    this.#at++
    return true
  }

  #takeSign(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.type !== 'sign' || token.text !== text) return false
    this.#at++
    return true
  }
}
