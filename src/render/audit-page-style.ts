/** What the report of an audit needs beyond the style of every page: its colours, charts and cases. */
export const AUDIT_PAGE_STYLE = `
:root { --alike: #2f855a; --proved: #0e7490; --stored: #1d4ed8; --waiting: #b7791f; --expected: #7c8794; --violated: #c53030;
  --unverifiable: #805ad5; }
@media (prefers-color-scheme: dark) { :root { --alike: #5fbf8c; --proved: #4cc3d9; --stored: #7aa2ff; --waiting: #e0b050;
  --expected: #8a95a1; --violated: #ff7b72; --unverifiable: #b79bff; } }
.alike { fill: var(--alike); } .proved { fill: var(--proved); } .stored { fill: var(--stored); } .waiting { fill: var(--waiting); }
.expected { fill: var(--expected); } .violated { fill: var(--violated); } .unverifiable { fill: var(--unverifiable); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0; padding: 0; list-style: none; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.bar { display: block; margin-top: .35rem; border-radius: 3px; background: var(--ground); }
.bar rect { stroke: var(--surface); stroke-width: 1; }
.swatch { margin-right: .5rem; }
.figures { grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); }
th[scope='row'] { min-width: 6.5rem; }
.note { display: block; color: var(--muted); font-size: .875rem; }
tr > :last-child { padding-right: 0; }
td.chart { padding-top: .45rem; }
td.chart { width: 35%; }
h4 { margin: 1rem 0 .25rem; font-size: .875rem; color: var(--muted); }
.tag { padding: 0 .5rem; border: 1px solid currentcolor; border-radius: 1rem; font-size: .8125rem; font-weight: 400; }
.tag.violated { color: var(--bad); }
.kind h3 { margin-top: 0; }
.cases { margin: 0; padding: 0; list-style: none; }
.cases li { padding: .5rem 0; border-top: 1px solid var(--line); break-inside: avoid; }
.object { margin: 0; font: .875rem ui-monospace, monospace; white-space: pre-wrap; word-break: break-all; }
.cases dl { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: .25rem 0; font-size: .875rem; }
.cases dl div { display: flex; gap: .4rem; max-width: 100%; }
.cases dt { color: var(--muted); white-space: nowrap; }
.cases dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; min-width: 0; }
pre { margin: .5rem 0; padding: .5rem .75rem; background: var(--ground); border-radius: 6px; font: .8125rem/1.5 ui-monospace, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 40rem) { .figures { grid-template-columns: 1fr 1fr; } .figures div { padding: .5rem .75rem; }
  td.chart, th.chart { display: none; } section { padding: .75rem; } th, td { padding-right: .5rem; } }
@page { margin: 14mm 12mm; }
@media print { nav { display: none; } section { break-inside: auto; padding: 0; border: 0; } tr, .figures div { break-inside: avoid; }
  h2, h3, h4, thead, #outcomes > .bar { break-after: avoid; } a { color: inherit; text-decoration: none; } :root { font-size: .8125rem; } pre { border: 1px solid var(--line); }
  :root { --alike: #2f855a; --proved: #0e7490; --stored: #1d4ed8; --waiting: #b7791f; --expected: #7c8794; --violated: #c53030;
  --unverifiable: #805ad5; } }
`;
