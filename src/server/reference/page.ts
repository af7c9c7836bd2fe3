import type { JsonSchema, OpenApiDocument, Operation } from '../openapi.ts'
import { Html, html, nothing, prose } from './html.ts'
import { limits, outline, shortly } from './schema-outline.ts'
import { STYLE } from './style.ts'

/** The reference of the API as one page, made from its OpenAPI document. `origin`: where it is, for the examples. */
export function referencePage(document: OpenApiDocument, origin: string): string {
  const { info, tags, paths, components } = document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  const of = (tag: string) => operations.filter(({ operation }) => operation.tags.includes(tag))
  const schemas = Object.entries(components.schemas)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>${STYLE_ELEMENT}</style>
</head>
<body>
<header>
<h1>${info.title} API <small>${info.version}</small></h1>
<p>${prose(info.description)}</p>
<p><a href="/">Dashboard</a> · <a href="/api/openapi.json">OpenAPI document</a></p>
</header>
<nav aria-label="Parts"><ul>${[...tags.map(({ name }) => name), 'Schemas'].map(navigation)}</ul></nav>
<main>
${callingIt(origin)}
${tags.map(({ name }) => html`<section aria-labelledby="${anchor(name)}"><h2 id="${anchor(name)}">${name}</h2>${of(name).map(entry)}</section>`)}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>${schemas.map(([name, schema]) => definition(name, schema))}</section>
</main>
</body>
</html>
`.text
}

const STYLE_ELEMENT = new Html(STYLE)

const anchor = (name: string) => name.toLowerCase().replace(/\W+/g, '-')

const navigation = (name: string) => html`<li><a href="#${anchor(name)}">${name}</a></li>`

function callingIt(origin: string): Html {
  return html`<h2 id="calling">Calling it</h2>
<p>A program takes an API token, made in the dashboard under Settings:</p>
<pre>curl -H 'Authorization: Bearer dk_…' ${origin}/api/status</pre>
<p>With a session instead: sign in, keep the cookie, and send it along.</p>
<pre>curl -c cookies -H 'Content-Type: application/json' -d '{"name": "admin", "password": "…"}' ${origin}/api/session
curl -b cookies -X POST ${origin}/api/sync/pause</pre>`
}

function entry({ method, path, operation }: { method: string; path: string; operation: Operation }): Html {
  const { summary, description, parameters = [], requestBody, responses, operationId } = operation
  const { 200: answer, ...refusals } = responses
  const body = requestBody?.content['application/json']?.schema
  return html`<details id="${operationId}">
<summary><strong class="${method}">${method}</strong><code>${path}</code><span>${prose(summary)}</span></summary>
<p class="dim">${prose(description)}</p>
${parameters.length === 0 ? nothing : html`<h3>Parameters</h3><dl>${parameters.map(parameter)}</dl>`}
${body === undefined ? nothing : html`<h3>Body</h3>${outline(body)}`}
<h3>Answer</h3>
${Object.entries(answer?.content ?? {}).map(([type, { schema }]) => answered(type, schema))}
<h3>Refusals</h3>
<dl>${Object.entries(refusals).map(([status, { description }]) => html`<dt><code>${status}</code></dt><dd>${prose(description)}</dd>`)}</dl>
</details>
`
}

function answered(type: string, schema: JsonSchema): Html {
  return type === 'application/json' ? outline(schema) : html`<p class="type">${type}</p>`
}

function parameter({ name, in: place, required, schema }: NonNullable<Operation['parameters']>[number]): Html {
  return html`<dt><code>${name}</code> <small>in the ${place}${required ? '' : ', may be absent'}</small></dt>
<dd><span class="type">${shortly(schema)}</span> <small>${limits(schema)}</small></dd>`
}

function definition(name: string, schema: JsonSchema): Html {
  return html`<div class="schema"><h3 id="schema-${name}">${name}</h3>${outline(schema)}</div>`
}
