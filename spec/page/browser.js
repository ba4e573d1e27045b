// Opens a page in Chromium, does what it is told and tells what it saw.
//
//   node browser.js TASK.json
//
// A task has `file` or `url`, `context` (options of Playwright's) and `steps`,
// each a list of an action below and its arguments. The answer is JSON:
// `results`, one a step, and all that a page should be free of: requests,
// violations of its content security policy, dialogs and errors.
"use strict";

const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const axe = require("axe-core");
const { chromium } = require("playwright-core");

// Nothing that asks the network, or a display, for anything.
const ARGUMENTS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
  "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

// Playwright's own way to wait is what the page's content security policy
// forbids; evaluating an expression from outside is not.
async function waitFor(page, expression) {
  const end = Date.now() + 60000;
  while (!await page.evaluate(expression)) {
    if (Date.now() > end)
      throw new Error(`it never came to ${expression}`);
    await page.waitForTimeout(20);
  }
}

// A click that leads to another page, which is there when this is done: a click
// alone may be done before the page is read to its end.
async function follow(page, selector) {
  await Promise.all([page.waitForEvent("load"), page.click(selector)]);
}

// What a click has the browser save; the name that the server gave it.
async function downloadTo(page, selector, path) {
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.click(selector),
  ]);
  await download.saveAs(path);
  return download.suggestedFilename();
}

async function findFaults(page) {
  await page.evaluate(axe.source);
  const result = await page.evaluate("axe.run()");
  return result.violations.map(({ id, nodes }) =>
    `${id}: ${nodes.map(node => node.html.slice(0, 200)).join(" ")}`);
}

const ACTIONS = {
  axe: findFaults,
  click: (page, selector) => page.click(selector),
  download: downloadTo,
  count: (page, role, name) => page.getByRole(role, { name }).count(),
  evaluate: (page, expression) => page.evaluate(expression),
  fill: (page, selector, text) => page.fill(selector, text),
  follow,
  focus: (page, selector) => page.focus(selector),
  media: (page, media) => page.emulateMedia({ media }),
  press: (page, key) => page.keyboard.press(key),
  screenshot: (page, options) => page.screenshot(options).then(() => null),
  select: (page, selector, label) => page.selectOption(selector, { label }),
  texts: (page, selector) => page.locator(selector).allInnerTexts(),
  visible: (page, selector) => page.locator(selector).first().isVisible(),
  wait: waitFor,
};

function watch(page) {
  const seen = { requests: [], dialogs: [], errors: [] };
  page.on("request", request => seen.requests.push(request.url()));
  page.on("pageerror", error => seen.errors.push(String(error)));
  page.on("console", message => seen.errors.push(message.text()));
  page.on("dialog", dialog => {
    seen.dialogs.push(dialog.message());
    return dialog.dismiss();
  });
  return seen;
}

function noteViolations() {
  window.violations = [];
  document.addEventListener("securitypolicyviolation", event =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
}

async function perform(browser, task) {
  const context = await browser.newContext(task.context);
  await context.addInitScript(noteViolations);
  const page = await context.newPage();
  const seen = watch(page);
  const results = [];
  await page.goto(task.url ?? pathToFileURL(task.file).href);
  for (const [action, ...given] of task.steps)
    results.push(await ACTIONS[action](page, ...given) ?? null);
  seen.violations = await page.evaluate("window.violations ?? []");
  return { results, ...seen };
}

async function main() {
  const task = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const executablePath =
    execFileSync("sh", ["-c", "command -v chromium"]).toString().trim();
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    console.log(JSON.stringify(await perform(browser, task)));
  } finally {
    await browser.close();
  }
}

main();
