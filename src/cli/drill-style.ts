/** What the report of a drill needs beyond the style of every page: its steps, guards and routes. */
export const DRILL_STYLE = `
:root { --detect: #c2410c; --decide: #7a5c00; --accept: #0b62a4; --effective: #0f7b5f; }
@media (prefers-color-scheme: dark) { :root { --detect: #ff9d66; --decide: #e0c050; --accept: #6cb2ff; --effective: #5fd0a8; } }
.bar { display: flex; gap: 2px; height: 1.5rem; margin: .75rem 0; border-radius: 4px; overflow: hidden; }
.bar span { flex-basis: 3px; }
i { display: inline-block; width: .7rem; height: .7rem; margin-right: .5rem; border-radius: 2px; }
.detect { background: var(--detect); }
.decide { background: var(--decide); }
.accept { background: var(--accept); }
.effective { background: var(--effective); }
.changed { font-weight: 600; }
.reasons { margin: 0; padding: 0; list-style: none; }
.reasons li { padding: .125rem 0 .125rem 1.25rem; text-indent: -1.25rem; color: var(--text); }
.reasons li::before { content: '✓ '; color: var(--good); }
.reasons .bad::before { content: '✗ '; color: var(--bad); }
@media print { .bar, i { print-color-adjust: exact; } }
`;
