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
  --bar: #2b88d8;
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
    --bar: #4aa0e6;
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

/* ---- the period, search and filter */

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
select { max-width: 18rem; }
.count { margin: 1.25rem 0 0; color: var(--quiet); }
.none { padding: 2rem 0.5rem; color: var(--quiet); }

/* ---- charts */

.chart { display: block; width: 100%; max-width: 60rem; margin-top: 0.75rem; }
.chart .grid { stroke: var(--thin); stroke-width: 2; fill: none; }
.chart .axis { fill: var(--quiet); font-size: 22px; }
.chart rect { fill: var(--bar); }

/* ---- rows: a grid each, so that details stand below over the full width,
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

/* ---- details */

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
.fields { margin: 0; tab-size: 12rem; }
@supports (text-indent: 1rem each-line) {
  .fields { padding-inline-start: 12rem; text-indent: -12rem each-line; }
}

/* ---- small screens, paper, and what people prefer */

@media (max-width: 45rem) {
  main { padding: 1rem 1rem 3rem; }
  .controls { margin: 0; width: 100%; }
  .controls > *, input, select { width: 100%; max-width: none; }
  .chart .axis { font-size: 44px; }
  .chart .minor { display: none; }
  .log > tbody > tr {
    display: block;
    padding-block: 0.5rem;
  }
  .log > tbody {
    contain-intrinsic-block-size: calc(var(--rows, 100) * 6.1rem);
  }
  .log > tbody > tr > td { padding-block: 0; }
  .log > tbody > tr > td:first-child { color: var(--quiet); }
  .log > thead > tr { display: flex; flex-wrap: wrap; padding: 0; }
  .box { margin-top: 0.5rem; }
}

@media (prefers-reduced-motion: no-preference) {
  summary::before { transition: transform 0.1s; }
}

@media (forced-colors: active) {
  .chart rect { fill: Highlight; }
  .chart .grid { stroke: GrayText; }
  .chart .axis { fill: CanvasText; }
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
    --bar: #555;
  }
  body { font-size: 9pt; }
  main { max-width: none; padding: 0; }
  .controls, summary, th button::after { display: none; }
  .log > * > tr { padding-inline-end: 0; break-inside: avoid; }
  .log > tbody { content-visibility: visible; }
  td.more { margin: 0; }
  .chart { print-color-adjust: exact; }
}
]]
