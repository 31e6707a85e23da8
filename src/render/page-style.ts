/** How our pages look: on a screen by day and by night, and on paper. Nothing is fetched. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #f4f5f6; --surface: #fff; --text: #1a1f24; --muted: #56606b; --line: #d9dee3;
  --good: #17693b; --bad: #b3261e; --link: #0b5cad;
  font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
@media (prefers-color-scheme: dark) { :root { --ground: #0f1317; --surface: #171c22; --text: #e5e9ed; --muted: #9ea9b4;
  --line: #2d353d; --good: #7fd0a1; --bad: #ff9a91; --link: #6cb2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 3rem; }
h1 { margin: 0; font-size: 1.75rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 .5rem; font-size: 1.2rem; }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
p { margin: .5rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.muted { color: var(--muted); }
.verdict { font-weight: 600; font-size: 1.1rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
section { margin: 1rem 0; padding: 1rem 1.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.figures div { padding: .75rem 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.figures dt { color: var(--muted); }
.figures dd { margin: 0; color: var(--muted); font-size: .8125rem; }
.figures dt + dd { color: var(--text); font-size: 1.4rem; font-weight: 600; font-variant-numeric: tabular-nums; }
table { width: 100%; margin: .75rem 0; border-collapse: collapse; }
th, td { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  font-weight: 400; overflow-wrap: anywhere; }
thead th { color: var(--muted); font-size: .8125rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.sum > * { border-bottom: 0; font-weight: 600; }
code { color: var(--muted); font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
@media print { :root { color-scheme: light; --ground: #fff; --surface: #fff; --text: #1a1f24; --muted: #56606b; --line: #d9dee3;
  --good: #17693b; --bad: #b3261e; --link: #0b5cad; }
  body { max-width: none; padding: 0; } section { break-inside: avoid; } }
`;
