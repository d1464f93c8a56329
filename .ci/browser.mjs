// Opens a page of `reinstate report --html` in Chromium and uses it as a reader would: it shows the answer,
// filters, unfolds, copies, follows the address of a cell, and says nothing to the console.
//
// Usage: node browser.mjs PAGE [FOLDER]; screenshots and a PDF go to FOLDER. The browser is driven over a
// pipe (--remote-debugging-pipe), so nothing is needed beside Node and Chromium.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [page, folder] = process.argv.slice(2);
if (!page) throw new Error("usage: node browser.mjs PAGE [FOLDER]");
assert.ok(statSync(page).size <= 2_000_000, "the page is larger than 2 MB");

const profile = mkdtempSync(join(tmpdir(), "reinstate-browser-"));
const chromium = spawn(
  process.env.CHROMIUM ?? "chromium",
  [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-pipe", `--user-data-dir=${profile}`,
  ],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
);
const limit = setTimeout(() => chromium.kill(), 240_000);

const complaints = [];
const requests = [];
const waiting = new Map();
let unread = Buffer.alloc(0);
let last = 0;
chromium.stdio[4].on("data", (bytes) => {
  unread = Buffer.concat([unread, bytes]);
  for (let end; (end = unread.indexOf(0)) >= 0; unread = unread.subarray(end + 1)) {
    hear(JSON.parse(unread.subarray(0, end)));
  }
});
chromium.on("exit", () => {
  for (const answer of waiting.values()) answer({ error: { message: "the browser ended" } });
});

function hear(message) {
  const { method, params } = message;
  waiting.get(message.id)?.(message);
  waiting.delete(message.id);
  if (method === "Network.requestWillBeSent") requests.push(params.request.url);
  if (["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"].includes(method)) {
    complaints.push(JSON.stringify(params).slice(0, 500));
  }
}

let sessionId;
const send = (method, params = {}) =>
  new Promise((done, failed) => {
    last += 1;
    waiting.set(last, ({ result, error }) => (error ? failed(new Error(`${method}: ${error.message}`)) : done(result)));
    chromium.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + "\0");
  });

// Evaluates an expression in the page; a promise is awaited.
async function look(expression) {
  const how = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
  const { result, exceptionDetails } = await send("Runtime.evaluate", how);
  assert.ok(!exceptionDetails, JSON.stringify(exceptionDetails));
  return result.value;
}

async function until(expression) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await look(expression)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`never true: ${expression}`);
}

async function press(key, code = 0) {
  const event = { key, code: key, windowsVirtualKeyCode: code, ...(key.length === 1 && { text: key }) };
  await send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
  await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
}

async function screenshot(name) {
  if (!folder) return;
  const { data } = await send("Page.captureScreenshot");
  writeFileSync(join(folder, `${name}.png`), Buffer.from(data, "base64"));
}

async function media(scheme, width, height) {
  await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  const features = [
    { name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ];
  await send("Emulation.setEmulatedMedia", { features });
}

async function open(hash = "") {
  await send("Page.navigate", { url: "about:blank" });
  await send("Page.navigate", { url: pathToFileURL(resolve(page)).href + hash });
  await until("document.readyState === 'complete' && !!document.querySelector('#count')");
}

const shown = "[...document.querySelectorAll('.matrix tbody tr:not(.group)')].filter((row) => row.checkVisibility()).length";
const luminance = "getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).reduce((sum, n) => sum + +n, 0)";

try {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  ({ sessionId } = await send("Target.attachToTarget", { targetId, flatten: true }));
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);

  await media("light", 1280, 900);
  await open();
  assert.match(await look("document.querySelector('h1').textContent"), /^Can restores on .* be trusted\?$/);
  assert.ok(await look("document.querySelector('.answer strong').textContent.length > 0"));
  assert.ok((await look(luminance)) > 600, "light is not light");
  await screenshot("light");

  // What a screen reader needs: names for regions, images, fields; one language; a heading order.
  assert.equal(await look("document.documentElement.lang"), "en");
  const nameless = "[...document.querySelectorAll('input, select')].filter((it) => !it.labels.length).length";
  assert.equal(await look(nameless), 0);
  const silent = "[...document.querySelectorAll('svg:not([aria-hidden]), [role=region]')].filter((it) => !it.getAttribute('aria-label')).length";
  assert.equal(await look(silent), 0);
  assert.equal(await look("document.querySelectorAll('h1').length"), 1);
  assert.equal(await look("document.documentElement.scrollWidth <= innerWidth"), true, "the page is wider than its window");

  // Filters, from the keyboard.
  const all = await look(shown);
  await press("/");
  assert.equal(await look("document.activeElement.id"), "q");
  await send("Input.insertText", { text: "rtb-25" });
  await until(`${shown} === 1`);
  assert.match(await look("document.querySelector('#count').textContent"), /^1 of /);
  await press("Escape", 27);
  await until(`${shown} === ${all}`);
  await look("{ const it = document.querySelector('#di'); it.click(); }");
  const differing = await look(shown);
  assert.ok(differing > 0 && differing < all, "the filter for differences does nothing");
  await look("{ const it = document.querySelector('#op'); it.value = 'RestoreTableFromBackup'; it.dispatchEvent(new Event('input', { bubbles: true })); }");
  assert.ok((await look(shown)) <= differing);
  await look("document.querySelector('.filters [data-reset]').click()");
  assert.equal(await look(shown), all);

  // Arrows go through the matrix.
  await look("document.querySelector('.matrix td[id] a').focus()");
  const first = await look("document.activeElement.closest('td').id");
  await press("ArrowDown", 40);
  assert.notEqual(await look("document.activeElement.closest('td').id"), first);

  // A verdict leads to its finding, which unfolds; the address of a cell leads back, filtered or not.
  const cell = await look("document.querySelector('td.d[id], td.u[id], td.e[id]').id");
  await look(`document.getElementById(${JSON.stringify(cell)}).querySelector('a').click()`);
  await until("!!document.querySelector('.finding[open]')");
  const finding = await look("document.querySelector('.finding[open]').id");
  assert.ok(finding.startsWith(cell + "/"), finding);
  await until("document.querySelector('.finding[open]').contains(document.activeElement)");
  await screenshot("finding");
  await open("#" + encodeURI(cell));
  const at = `document.getElementById(${JSON.stringify(cell)}).getBoundingClientRect()`;
  const inView = `document.elementFromPoint(${at}.left + 8, ${at}.top + 8)?.closest("td")?.id === ${JSON.stringify(cell)}`;
  await until(inView);
  await screenshot("cell");

  // Every button copies something, and says so.
  await send("Browser.grantPermissions", { permissions: ["clipboardReadWrite", "clipboardSanitizedWrite"] }).catch(() => {});
  await look("{ window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); }; }");
  await open("#" + encodeURI(finding));
  await look("{ window.copied = []; Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { copied.push(text); } } }); }");
  // What is packed is unpacked as soon as the finding is unfolded.
  await until("!document.querySelector('.finding[open] [data-rest]')");
  const buttons = await look("document.querySelectorAll('.finding[open] [data-copy]').length");
  assert.ok(buttons >= 2, "no buttons");
  await look("for (const button of document.querySelectorAll('.finding[open] [data-copy]')) button.click();");
  await until(`copied.length === ${buttons}`);
  const copied = await look("copied");
  assert.ok(copied.every((text) => text.length > 0), JSON.stringify(copied));
  assert.ok(copied.some((text) => text.endsWith("#" + encodeURI(finding)) || text.endsWith("#" + finding)), "no link");
  assert.ok(copied.some((text) => text.includes("Restore") || text.includes("Table")), "no requests");
  const program = copied.find((text) => text.startsWith("#!") && text.includes("import boto3"));
  assert.ok(program?.includes("def reproduce():") && !program.includes("\u0001"), "no program");
  await until("document.querySelector('#said').textContent === 'Copied'");

  // Where a browser refuses, the older way is taken.
  await look("Object.defineProperty(navigator.clipboard, 'writeText', { value: async () => { throw new Error('no'); } })");
  await look("document.addEventListener('copy', () => { window.older = getSelection().toString() || 'yes'; })");
  await look("document.querySelector('.finding[open] [data-copy]').click()");
  await until("!!window.older");

  // All findings unfold and fold at once.
  await look("document.querySelector('[data-unfold]').click()");
  assert.equal(await look("document.querySelectorAll('.finding:not([open])').length"), 0);
  await until("!document.querySelector('.finding [data-rest]')");
  const without = "[...document.querySelectorAll('.finding')].filter((it) => !it.querySelector('.lanes')).length";
  assert.equal(await look(without), 0, "findings without a case");
  await look("document.querySelector('[data-unfold]').click()");
  assert.equal(await look("document.querySelectorAll('.finding[open]').length"), 0);

  // The life cycles are drawn, and every line has a colour of what was seen.
  const edges = await look("document.querySelectorAll('#cycles .edge').length");
  assert.ok(edges >= 18, `${edges} transitions`);
  assert.equal(await look("document.querySelectorAll('#cycles .edge:not(.p, .d, .r, .n)').length"), 0);
  await look("document.querySelector('#cycles').scrollIntoView()");
  await screenshot("cycles");

  await media("dark", 1280, 900);
  await open();
  assert.ok((await look(luminance)) < 150, "dark is not dark");
  await screenshot("dark");
  await open("#" + encodeURI(finding));
  await screenshot("dark-finding");

  await media("light", 390, 844);
  await open();
  assert.equal(await look("document.documentElement.scrollWidth <= innerWidth"), true, "too wide for a phone");
  await screenshot("narrow");
  await open("#" + encodeURI(finding));
  assert.equal(await look("document.documentElement.scrollWidth <= innerWidth"), true, "a finding is too wide for a phone");
  await screenshot("narrow-finding");

  await media("light", 1280, 900);
  await open();
  const { data } = await send("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
  const pdf = Buffer.from(data, "base64");
  assert.ok(pdf.subarray(0, 5).toString() === "%PDF-");
  if (folder) writeFileSync(join(folder, "print.pdf"), pdf);

  assert.deepEqual(complaints, [], "the console is not empty");
  const foreign = requests.filter((url) => !/^(file:|about:|data:)/.test(url));
  assert.deepEqual(foreign, [], "the page asks the network");
  assert.ok(!/<script[^>]+src=/.test(readFileSync(page, "utf8")));
  console.log(`${page}: opens, filters, unfolds, copies, links, prints; ${all} rules, ${differing} with differences`);
} finally {
  clearTimeout(limit);
  sessionId = undefined;
  if (chromium.exitCode === null && chromium.signalCode === null) {
    await send("Browser.close").catch(() => chromium.kill());
    await new Promise((done) => (chromium.exitCode === null ? chromium.once("exit", done) : done()));
  }
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
