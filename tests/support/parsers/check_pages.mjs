// Opens each address of the JSON list on standard input in headless Chromium and prints what is wrong, as a list of texts:
// what axe finds by the rules of WCAG 2.2 (A and AA) and its best practices, what is wider than the window, what the page
// tries to load, and what its scripts throw. Pages are shown narrow and dark, and wide and light.
//
// Needs: npm install axe-core playwright-core, and chromium.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const addresses = JSON.parse(readFileSync(0, "utf8"));
const faults = [];

const browser = await chromium.launch({
  executablePath: process.env.PLENARY_TEST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
});
try {
  for (const [width, colorScheme] of [[320, "dark"], [1280, "light"]]) {
    // Some pages forbid every script by their policy, and axe is one.
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    for (const address of addresses) await check(context, address, `${address} (${width}, ${colorScheme})`);
    await context.close();
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(faults));

async function check(context, address, name) {
  const page = await context.newPage();
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().endsWith("/favicon.ico")) faults.push(`${name}: loads ${request.url()}`);
  });
  page.on("pageerror", (error) => faults.push(`${name}: ${error.message}`));
  const answer = await page.goto(address, { waitUntil: "load" });
  if (!answer.headers()["content-type"]?.startsWith("text/html")) faults.push(`${name}: is no page`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (width > 0) faults.push(`${name}: is ${width} pixels wider than the window`);
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() =>
    axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  if (passes.length < 10) faults.push(`${name}: only ${passes.length} rules could be checked`);
  for (const { id, help, nodes } of violations) {
    for (const node of nodes) faults.push(`${name}: ${id}: ${help}: ${node.html.slice(0, 200)}`);
  }
  await page.close();
}
