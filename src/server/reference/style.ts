/** The colours of the dashboard, and nothing that needs a script. */
export const STYLE = `
:root { color-scheme: light dark; --text: #16191d; --dim: #5a626a; --link: #1864ab; --page: #f6f7f9; --card: #fff; --line: #dfe3e8;
  --get: #21702f; --change: #8a5300; --delete: #b42318 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e3e5e8; --dim: #a4aab1; --link: #74b9f5; --page: #15171a; --card: #1b1e22; --line: #31363d;
    --get: #69db7c; --change: #ffc46b; --delete: #ff9b93 }
}
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.75rem; margin: 0 }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem }
h3, h4 { font-size: 1rem; margin: 1rem 0 .25rem }
a { color: var(--link) }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0 }
nav a, summary { min-height: 1.75rem }
details, .schema { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .5rem 1rem }
summary { cursor: pointer; display: grid; grid-template-columns: 4.5rem minmax(0, 2fr) minmax(0, 3fr); gap: .25rem .75rem; align-items: baseline }
summary::-webkit-details-marker { display: none }
@media (max-width: 40rem) { summary { grid-template-columns: 4.5rem 1fr } summary span:last-child { grid-column: 1 / -1 } }
code, pre, .type { font-family: ui-monospace, monospace; font-size: .875rem }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; overflow-x: auto }
small, .dim { color: var(--dim); font-size: .875rem }
.GET { color: var(--get) } .POST, .PUT, .PATCH { color: var(--change) } .DELETE { color: var(--delete) }
dl { margin: .25rem 0 0; border-left: 2px solid var(--line); padding-left: .75rem }
dt { margin-top: .375rem }
dd { margin: 0 }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
`
