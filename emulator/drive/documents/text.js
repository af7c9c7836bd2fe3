import { textBallast, xml } from './story.js';
export function plainText({ title, paragraphs, stamp, ballast }) {
    // Google's plain text begins with a byte order mark.
    return Buffer.from(`\ufeff${[title, ...paragraphs].join('\r\n\r\n')}\r\n\r\n[${stamp}]\r\n${textBallast(ballast)}`);
}
export function markdown({ title, paragraphs, rows, stamp, ballast }) {
    const [head = [], ...rest] = rows;
    const line = (cells) => `| ${cells.join(' | ')} |`;
    const table = [line(head), line(head.map(() => ':----')), ...rest.map(line)].join('\n');
    return Buffer.from(`# ${title}\n\n${paragraphs.join('\n\n')}\n\n${table}\n\n<!-- ${stamp} -->\n${textBallast(ballast)}`);
}
export function html({ title, paragraphs, rows, stamp, ballast }) {
    const cells = rows.map((row) => `<tr>${row.map((cell) => `<td>${xml(cell)}</td>`).join('')}</tr>`);
    return Buffer.from(`<!doctype html><html><head><meta content="text/html; charset=UTF-8" http-equiv="content-type"><title>${xml(title)}</title></head>` +
        `<body class="${stamp.replace(/\W/g, '')}"><h1>${xml(title)}</h1>${paragraphs.map((text) => `<p>${xml(text)}</p>`).join('\n')}` +
        `<table>${cells.join('\n')}</table><p>${textBallast(ballast)}</p></body></html>`);
}
export function rtf({ title, paragraphs, stamp, ballast }) {
    const body = [title, ...paragraphs, textBallast(ballast)].map((text) => `${rtfText(text)}\\par\n`);
    return Buffer.from(`{\\rtf1\\ansi\\ansicpg1252\\uc1\\deff0{\\fonttbl{\\f0 Arial;}}\n{\\*\\generator ${rtfText(stamp)};}\n${body.join('')}}\n`);
}
/** RTF is ASCII: everything else is a signed 16-bit number, and its own signs are escaped. */
function rtfText(text) {
    return text.replace(/[\\{}]|[^\n -~]/g, (unit) => {
        const code = unit.charCodeAt(0);
        return code < 128 ? `\\${unit}` : `\\u${code > 0x7fff ? code - 0x10000 : code}?`;
    });
}
export function csv(story) {
    return table(story, ',', (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
}
export function tsv(story) {
    return table(story, '\t', (cell) => cell.replace(/[\t\r\n]/g, ' '));
}
function table({ rows, stamp, ballast }, separator, quote) {
    const lines = [...rows, [stamp]].map((row) => row.map((cell) => quote(String(cell))).join(separator));
    return Buffer.from(`${lines.join('\r\n')}\r\n${textBallast(ballast)}`);
}
/** All files of an Apps Script project, as `application/vnd.google-apps.script+json`. */
export function scriptProject({ title, stamp, ballast }) {
    const manifest = { timeZone: 'Etc/UTC', dependencies: {}, exceptionLogging: 'STACKDRIVER', runtimeVersion: 'V8' };
    const source = `// ${title}\nfunction run() {\n  Logger.log(${JSON.stringify(stamp)})\n}\n/*${textBallast(ballast)}*/\n`;
    const files = [
        { id: '7e1d7b6a-0001', name: 'appsscript', type: 'json', source: JSON.stringify(manifest, null, 2) },
        { id: '7e1d7b6a-0002', name: 'Code', type: 'server_js', source },
    ];
    return Buffer.from(JSON.stringify({ files }));
}
