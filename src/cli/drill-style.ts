/** How the report of a drill looks: on a screen by day and by night, and on paper. */
export const DRILL_STYLE = `
:root { color-scheme: light dark; --ground: #f4f5f6; --surface: #fff; --text: #1a1f24; --muted: #56606b; --line: #d9dee3;
  --good: #17693b; --bad: #b3261e; --detect: #c2410c; --decide: #7a5c00; --accept: #0b62a4; --effective: #0f7b5f;
  font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
@media (prefers-color-scheme: dark) { :root { --ground: #0f1317; --surface: #171c22; --text: #e5e9ed; --muted: #9ea9b4;
  --line: #2d353d; --good: #7fd0a1; --bad: #ff9a91; --detect: #ff9d66; --decide: #e0c050; --accept: #6cb2ff;
  --effective: #5fd0a8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 3rem; }
h1 { margin: 0; font-size: 1.75rem; }
h2 { margin: 0 0 .5rem; font-size: 1.2rem; }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
p { margin: .5rem 0; }
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
.bar { display: flex; gap: 2px; height: 1.5rem; margin: .75rem 0; border-radius: 4px; overflow: hidden; }
.bar span { flex-basis: 3px; }
i { display: inline-block; width: .7rem; height: .7rem; margin-right: .5rem; border-radius: 2px; }
.detect { background: var(--detect); }
.decide { background: var(--decide); }
.accept { background: var(--accept); }
.effective { background: var(--effective); }
table { width: 100%; margin: .75rem 0; border-collapse: collapse; }
th, td { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  font-weight: 400; overflow-wrap: anywhere; }
thead th { color: var(--muted); font-size: .8125rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.sum > * { border-bottom: 0; font-weight: 600; }
.changed { font-weight: 600; }
.reasons { margin: 0; padding: 0; list-style: none; }
.reasons li { padding: .125rem 0 .125rem 1.25rem; text-indent: -1.25rem; color: var(--text); }
.reasons li::before { content: '✓ '; color: var(--good); }
.reasons .bad::before { content: '✗ '; color: var(--bad); }
code { color: var(--muted); font: .875em ui-monospace, monospace; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; } section { break-inside: avoid; } }
`;
