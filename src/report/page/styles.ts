/** Style sheet of every report. The colours can be distinguished with every kind of colour vision, and none is the only sign. */
export const STYLES = `
:root { --back:#f4f5f7; --panel:#fff; --text:#16181d; --muted:#555b66; --line:#d9dde3; --accent:#0059a8; --up:#0072b2;
  --down:#b34700; --shade:#b34700; color-scheme:light dark; font:15px/1.5 system-ui,sans-serif; }
@media (prefers-color-scheme:dark) { :root { --back:#101318; --panel:#181c23; --text:#e8eaee; --muted:#a3abb8; --line:#333a46;
  --accent:#7cc0ff; --up:#56b4e9; --down:#ff8a4c; --shade:#ff8a4c; } }
* { box-sizing:border-box; }
body { margin:0; background:var(--back); color:var(--text); }
main, header.top { max-width:1000px; margin:0 auto; padding:0 1rem; }
header.top { padding-top:1.25rem; color:var(--muted); }
h1 { margin:0; font-size:1rem; font-weight:600; overflow-wrap:anywhere; }
h2 { margin:0 0 .5rem; font-size:1.15rem; }
h3 { margin:1rem 0 .25rem; font-size:1rem; }
p { margin:.4rem 0; max-width:75ch; }
section { background:var(--panel); border:1px solid var(--line); border-radius:10px; padding:1rem; margin:1rem 0; }
.verdict { border-left:10px solid var(--muted); }
.verdict.good { border-left-color:var(--up); }
.verdict.bad { border-left-color:var(--down); }
.verdict .word { font-size:1.9rem; font-weight:800; line-height:1.1; margin:0 0 .4rem; }
.verdict .sentence { font-size:1.15rem; }
.note { color:var(--muted); }
.warning { border-left:4px solid var(--down); padding-left:.6rem; }
.pair { display:grid; grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr)); gap:0 1rem; }
figure { margin:.75rem 0; min-width:0; }
figcaption { font-weight:600; }
.chart svg { display:block; width:100%; height:auto; }
.chart.half { max-width:520px; }
.chart.narrow { display:none; }
@media (max-width:640px) { .chart.whole { display:none; } .chart.narrow { display:block; } section { padding:.75rem; } }
.scroll { overflow-x:auto; }
table { border-collapse:collapse; font-variant-numeric:tabular-nums; margin:.5rem 0; }
caption { text-align:left; color:var(--muted); padding-bottom:.25rem; }
@media (min-width:641px) { caption { white-space:nowrap; } }
th, td { padding:.2rem .7rem .2rem 0; text-align:left; vertical-align:top; border-bottom:1px solid var(--line); }
th { font-weight:600; }
th[scope=row] { min-width:3rem; }
th.wrap[scope=row] { min-width:6.5rem; }
td.n, th.n { text-align:right; white-space:nowrap; }
pre { white-space:pre-wrap; overflow-wrap:anywhere; background:var(--back); border:1px solid var(--line); border-radius:6px; padding:.6rem; }
code, pre { font-family:ui-monospace,monospace; font-size:.9em; }
code.whole { white-space:nowrap; }
td.wrap { overflow-wrap:anywhere; min-width:8rem; }
summary { cursor:pointer; padding:.2rem 0; }
@media print { :root { --back:#fff; --panel:#fff; --text:#000; --muted:#444; --line:#bbb; --accent:#0059a8; --up:#0072b2; --down:#b34700; --shade:#b34700; }
  body { font-size:11px; } section { border:0; padding:0; break-inside:auto; } .verdict { padding-left:.8rem; } figure, tr, .verdict { break-inside:avoid; } }
`;
