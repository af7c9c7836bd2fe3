import { S3Error } from './errors.js';
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const NEEDS_ESCAPE = /[&<>"'\p{Cc}\ufffe\uffff]/u;
const ESCAPES = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
};
/** Escapes text. Control characters become references as AWS writes them, although XML 1.0 has no such characters. */
function escapeXml(text) {
    if (!NEEDS_ESCAPE.test(text))
        return text;
    return text.replace(new RegExp(NEEDS_ESCAPE, 'gu'), (character) => ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`);
}
/** One element with text content. */
export function tag(name, text) {
    return `<${name}>${typeof text === 'string' ? escapeXml(text) : text}</${name}>`;
}
/** An element that is left out when there is no value. */
export function optionalTag(name, text) {
    return text === undefined ? '' : tag(name, text);
}
/** A whole answer: `content` is XML already. */
export function xmlDocument(root, content) {
    return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${content}</${root}>`;
}
/** An element as read: S3's requests use no attributes and no mixed content. */
export class XmlElement {
    name;
    children = [];
    text = '';
    constructor(name) {
        this.name = name;
    }
    all(name) {
        return this.children.filter((child) => child.name === name);
    }
    /** The text of the first child of that name. */
    get(name) {
        return this.children.find((child) => child.name === name)?.text;
    }
}
const TOKEN = /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w.:-]*)((?:\s[^<>]*?)?)(\/?)>|([^<]+)/y;
const REFERENCE = /&(?:#x([0-9a-fA-F]+)|#(\d+)|(amp|lt|gt|quot|apos));/g;
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Reads a request body and checks its root. Anything but well-formed elements and text is MalformedXML. */
export function parseXml(source, root) {
    const top = new XmlElement('');
    const open = [top];
    const text = source.replace(/^\ufeff/, '');
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
        const found = TOKEN.exec(text);
        const here = open.at(-1);
        if (found === null || here === undefined)
            throw new S3Error('MalformedXML');
        const [, closing, name, , empty, characters] = found;
        if (characters !== undefined)
            here.text += unescapeXml(characters);
        else if (name === undefined)
            continue;
        else if (closing === '/') {
            if (here.name !== localName(name) || open.length === 1)
                throw new S3Error('MalformedXML');
            open.pop();
        }
        else {
            const element = new XmlElement(localName(name));
            here.children.push(element);
            if (empty !== '/')
                open.push(element);
        }
    }
    const [element] = top.children;
    if (open.length !== 1 || top.children.length !== 1 || element?.name !== root || top.text.trim() !== '') {
        throw new S3Error('MalformedXML');
    }
    return element;
}
function localName(name) {
    return name.slice(name.indexOf(':') + 1);
}
function unescapeXml(text) {
    if (!text.includes('&'))
        return text;
    if (text.replace(REFERENCE, '').includes('&'))
        throw new S3Error('MalformedXML');
    return text.replace(REFERENCE, (_, hex, decimal, named) => {
        if (named !== undefined)
            return NAMED[named] ?? '';
        const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        if (!(point <= 0x10ffff))
            throw new S3Error('MalformedXML');
        return String.fromCodePoint(point);
    });
}
