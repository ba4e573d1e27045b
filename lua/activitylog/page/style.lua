-- The style sheet of pages: the portal's look, in light and dark.
return [[

:root {
  color-scheme: light dark;
  --paper: #fff;
  --text: #171717;
  --quiet: #5c5b59;
  --line: #8a8886;
  --thin: #e1dfdd;
  --shade: #f5f4f3;
  --link: #0062ad;
  --s1: #2b88d8;
  --s2: #d83b01;
  --s3: #107c10;
  --s4: #8764b8;
  --s5: #c19c00;
  --s6: #038387;
  --s7: #c239b3;
  --s8: #8a8886;
}

@media (prefers-color-scheme: dark) {
  :root {
    --paper: #1b1a19;
    --text: #f3f2f1;
    --quiet: #b8b5b2;
    --line: #8a8886;
    --thin: #3b3a39;
    --shade: #262524;
    --link: #75bdf5;
    --s1: #4aa0e6;
    --s2: #f7894a;
    --s3: #54b054;
    --s4: #a98fd0;
    --s5: #dfc03c;
    --s6: #3fb1b5;
    --s7: #dc7fd2;
    --s8: #a19f9d;
  }
}

* { box-sizing: border-box; }

body {
  margin: 0;
  background: var(--paper);
  color: var(--text);
  font: 0.875rem/1.4 "Segoe UI", "Segoe UI Web (West European)", -apple-system,
    BlinkMacSystemFont, Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 90rem; margin: 0 auto; padding: 1.5rem 2rem 4rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.75rem; font-weight: 600; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
[hidden] { display: none !important; }

/* The period, search and filter */

.bar { display: flex; flex-wrap: wrap; align-items: end; gap: 1rem 1.5rem; }
.period, .controls { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; }
.period { margin: 0; }
.controls { align-items: end; margin-inline-start: auto; }
dt, label { display: block; }
.period dd, input, select {
  min-width: 9rem;
  height: 2rem;
  margin: 0.125rem 0 0;
  padding: 0.25rem 0.5rem;
  border: 1px solid var(--line);
  border-radius: 0;
  background: var(--paper);
  color: inherit;
  font: inherit;
}
input { width: 18rem; max-width: 100%; }
input::placeholder { color: var(--quiet); opacity: 1; }
select { display: block; max-width: 18rem; }
.count { margin: 1.25rem 0 0; color: var(--quiet); }
.none { padding: 2rem 0.5rem; color: var(--quiet); }

/* What a server shows besides */

input[type="date"] { display: block; width: 9.5rem; }
form button {
  height: 2rem;
  padding: 0.25rem 1.25rem;
  border: 1px solid var(--link);
  background: var(--link);
  color: var(--paper);
  font: inherit;
  cursor: pointer;
}
form button:hover { opacity: 0.9; }
.export { margin: 1.25rem 0 0; color: var(--quiet); }
.export a { margin-inline-start: 0.75rem; text-decoration: underline; }
.pages { display: flex; gap: 1.5rem; margin-top: 1.25rem; }
main > .box { border: 0; }

/* Charts, and bars beside numbers */

figure { margin: 1.25rem 0 0; }
figcaption { font-weight: 600; }
.chart { display: block; width: 100%; max-width: 60rem; margin-top: 0.5rem; }
.grid { fill: none; stroke: var(--thin); stroke-width: 2; }
.axis { fill: var(--quiet); font-size: 22px; }
.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1.25rem;
  margin: 0.5rem 0 0;
  padding: 0;
  list-style: none;
  overflow-wrap: anywhere;
}
.key { width: 0.75rem; height: 0.75rem; }
.amount {
  width: 8rem;
  height: 0.625rem;
  margin-inline-end: 0.75rem;
  background: var(--shade);
}
.s1 { fill: var(--s1); }
.s2 { fill: var(--s2); }
.s3 { fill: var(--s3); }
.s4 { fill: var(--s4); }
.s5 { fill: var(--s5); }
.s6 { fill: var(--s6); }
.s7 { fill: var(--s7); }
.s8 { fill: var(--s8); }

/* A summary's table */

.scroll { overflow-x: auto; }
.counts { width: auto; }
.counts th, .counts td {
  max-width: 24rem;
  padding-inline-end: 1.5rem;
  overflow-wrap: break-word;
}
.counts thead th { min-width: 7.5rem; }
.counts th:first-child {
  position: sticky;
  inset-inline-start: 0;
  background: var(--paper);
}
.counts th[scope="row"] { color: inherit; }
.counts tr { border-bottom: 1px solid var(--thin); }
.counts thead tr { border-color: var(--line); }
.counts tbody tr:hover > * { background: var(--shade); }
.counts tfoot th, .counts tfoot td { font-weight: 600; }
.counts .number { text-align: end; font-variant-numeric: tabular-nums; }
.counts .sum { white-space: nowrap; }
.counts .sum span { display: inline-block; min-width: 5ch; }
.counts .zero { color: var(--quiet); }

/* Rows: a grid each, so that details stand below over the full width,
   while the arrow stays at the end of the line. Groups of them that nobody sees
   are not made. */

table { width: 100%; margin-top: 1rem; border-collapse: collapse; }
th, td { padding: 0.5rem; text-align: start; overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 400; }
:lang(en) th { text-transform: capitalize; }
.log, .log > thead, .log > tbody { display: block; }
.log > * > tr {
  display: grid;
  grid-template-columns: 12rem repeat(3, minmax(0, 1fr));
  position: relative;
  padding-inline-end: 2.75rem;
  border-bottom: 1px solid var(--thin);
}
.log > thead > tr { border-color: var(--line); }
.log > tbody {
  content-visibility: auto;
  contain-intrinsic-block-size: calc(var(--rows, 100) * 2.3rem);
}
.log > tbody > tr:hover { background: var(--shade); }
/* Hundreds of accents on a letter would reach into other rows. */
.log > tbody > tr > td:not(.more) { overflow: clip; overflow-clip-margin: 4px; }
th.more { position: absolute; clip-path: inset(50%); }
td.more {
  grid-column: 1 / -1;
  margin-inline-end: -2.75rem;
  padding: 0;
}
th button {
  margin: -0.5rem;
  padding: 0.5rem;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  text-align: start;
  text-transform: inherit;
  cursor: pointer;
}
th button:hover { color: var(--link); }
[aria-sort] button::after { content: " \2191"; }
[aria-sort="descending"] button::after { content: " \2193"; }

/* Details */

summary {
  position: absolute;
  inset-block-start: 0;
  inset-inline-end: 0;
  width: 2.75rem;
  height: 2.3rem;
  list-style: none;
  cursor: pointer;
}
summary::-webkit-details-marker { display: none; }
summary:focus-visible { outline-offset: -2px; }
summary::before {
  content: "";
  position: absolute;
  inset: 0.7rem 1.1rem auto auto;
  width: 0.5rem;
  height: 0.5rem;
  border: solid var(--quiet);
  border-width: 0 1.5px 1.5px 0;
  transform: rotate(45deg);
}
summary:hover::before { border-color: var(--link); }
[open] > summary::before {
  inset-block-start: 0.95rem;
  transform: rotate(225deg);
}
.box {
  padding: 0.75rem 1rem 1rem;
  border-top: 1px solid var(--thin);
  background: var(--shade);
}
.box table { width: auto; margin: 1rem 0 0; }
.box th, .box td { padding: 0.25rem 1.5rem 0.25rem 0; vertical-align: top; }
.box tr { border-bottom: 1px solid var(--thin); }
caption, h2 {
  margin: 1rem 0 0;
  font-size: inherit;
  font-weight: 600;
  text-align: start;
}
caption { margin: 0; }
pre {
  margin: 0.25rem 0 0;
  font: inherit;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.fields { margin: 0; tab-size: 16rem; }
@supports (text-indent: 1rem each-line) {
  .fields { padding-inline-start: 16rem; text-indent: -16rem each-line; }
}

/* Small screens, paper, and what people prefer */

@media (max-width: 45rem) {
  main { padding: 1rem 1rem 3rem; }
  .controls { margin: 0; width: 100%; }
  .controls > *, input, select { width: 100%; max-width: none; }
  .axis { font-size: 44px; }
  .minor { display: none; }
  .log > tbody > tr {
    display: block;
    padding-block: 0.5rem;
  }
  .log > tbody {
    contain-intrinsic-block-size: calc(var(--rows, 100) * 6.1rem);
  }
  .log > tbody > tr > td { display: block; padding-block: 0; }
  .log > tbody > tr > td:first-child { color: var(--quiet); }
  .log > thead > tr { display: flex; flex-wrap: wrap; padding: 0; }
  .box { margin-top: 0.5rem; }
  .fields { padding: 0; text-indent: 0; tab-size: 1; }
}

@media (prefers-reduced-motion: no-preference) {
  summary::before { transition: transform 0.1s; }
}

@media (forced-colors: active) {
  .grid { stroke: GrayText; }
  .axis { fill: CanvasText; }
  .chart, .key, .amount { forced-color-adjust: none; }
  summary::before { border-color: ButtonText; }
}

@media print {
  :root {
    --paper: #fff;
    --text: #000;
    --quiet: #444;
    --thin: #bbb;
    --shade: #fff;
    --link: #000;
  }
  body { font-size: 9pt; }
  main { max-width: none; padding: 0; }
  .controls, form button, .export, .pages, summary, th button::after {
    display: none;
  }
  form .controls { display: flex; margin: 0; }
  .log > * > tr { padding-inline-end: 0; break-inside: avoid; }
  .log > tbody { content-visibility: visible; }
  td.more { margin: 0; }
  .scroll { overflow: visible; }
  .counts thead th { min-width: 0; }
  .counts th:first-child { position: static; }
  .pivot th, .pivot td { padding: 0.25rem 0.0625rem; }
  .pivot thead .number { max-height: 12rem; writing-mode: vertical-rl; }
  .pivot .amount { display: none; }
  .chart, .key, .amount { print-color-adjust: exact; }
}
]]
