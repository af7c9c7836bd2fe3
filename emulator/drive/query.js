import { invalid } from './errors.js';
const SIGNS = /^(?:<=|>=|!=|[=<>(){}])/;
const WORD = /^[A-Za-z_][A-Za-z0-9_.]*/;
const OPERATORS = new Set(['=', '!=', '<', '<=', '>', '>=', 'contains']);
/**
 * Parses Drive's search language. `and` binds tighter than `or`; spaces around signs are optional; in strings `\'` and `\\` stand
 * for themselves. Anything else is Google's 400 with location `q`.
 */
export function parseQuery(text) {
    const parser = new Parser(tokenise(text));
    return parser.whole();
}
function tokenise(text) {
    const tokens = [];
    for (let at = 0; at < text.length;) {
        const rest = text.slice(at, at + 100);
        if (/^\s/.test(rest)) {
            at++;
            continue;
        }
        if (rest.startsWith("'")) {
            const { value, end } = readString(text, at + 1);
            tokens.push({ type: 'string', text: value });
            at = end;
            continue;
        }
        const sign = SIGNS.exec(rest)?.[0];
        const word = sign === undefined ? WORD.exec(rest)?.[0] : undefined;
        const found = sign ?? word;
        if (found === undefined)
            throw invalid('q');
        tokens.push({ type: sign === undefined ? 'word' : 'sign', text: found });
        at += found.length;
    }
    return tokens;
}
function readString(text, from) {
    let value = '';
    for (let at = from; at < text.length; at++) {
        const char = text[at];
        if (char === "'")
            return { value, end: at + 1 };
        if (char === '\\')
            at++;
        value += text[at] ?? '';
    }
    throw invalid('q');
}
class Parser {
    #tokens;
    #at = 0;
    constructor(tokens) {
        this.#tokens = tokens;
    }
    whole() {
        const expression = this.#or();
        if (this.#at < this.#tokens.length)
            throw invalid('q');
        return expression;
    }
    #or() {
        return this.#chain('or', () => this.#and());
    }
    #and() {
        return this.#chain('and', () => this.#unary());
    }
    #chain(word, next) {
        const first = next();
        const of = [first];
        while (this.#takeWord(word))
            of.push(next());
        return of.length === 1 ? first : { is: word, of };
    }
    #unary() {
        if (this.#takeWord('not'))
            return { is: 'not', of: this.#unary() };
        if (this.#takeSign('(')) {
            const inner = this.#or();
            if (!this.#takeSign(')'))
                throw invalid('q');
            return inner;
        }
        return this.#term();
    }
    #term() {
        const token = this.#next();
        if (token.type === 'string') {
            if (!this.#takeWord('in'))
                throw invalid('q');
            return { is: 'in', value: token.text, field: this.#word() };
        }
        if (token.type !== 'word')
            throw invalid('q');
        const operator = this.#next();
        if (operator.type === 'word' && operator.text === 'has')
            return this.#has(token.text);
        if (operator.type === 'string' || !OPERATORS.has(operator.text))
            throw invalid('q');
        const value = this.#next();
        if (value.type === 'sign')
            throw invalid('q');
        return { is: 'compare', field: token.text, operator: operator.text, value: value.text };
    }
    #has(field) {
        if (!this.#takeSign('{'))
            throw invalid('q');
        const parts = {};
        do {
            const name = this.#word();
            if (!this.#takeSign('='))
                throw invalid('q');
            parts[name] = this.#next().text;
        } while (this.#takeWord('and'));
        const { key, value } = parts;
        if (!this.#takeSign('}') || key === undefined || value === undefined)
            throw invalid('q');
        return { is: 'has', field, key, value };
    }
    #next() {
        const token = this.#tokens[this.#at++];
        if (!token)
            throw invalid('q');
        return token;
    }
    #word() {
        const token = this.#next();
        if (token.type !== 'word')
            throw invalid('q');
        return token.text;
    }
    #takeWord(text) {
        const token = this.#tokens[this.#at];
        if (token?.type !== 'word' || token.text.toLowerCase() !== text)
            return false;
        this.#at++;
        return true;
    }
    #takeSign(text) {
        const token = this.#tokens[this.#at];
        if (token?.type !== 'sign' || token.text !== text)
            return false;
        this.#at++;
        return true;
    }
}
