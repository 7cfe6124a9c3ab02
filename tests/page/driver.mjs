// A browser for page_test.py: one JSON object a line in, one a line out. Debian's Chromium, driven by playwright-core.
import { createRequire } from 'node:module';
import readline from 'node:readline';

const { chromium } = createRequire(new URL('../../daemon/page/', import.meta.url))('playwright-core');

const browser = await chromium.launch({
  executablePath: process.argv[2],
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const pages = new Map();
const problems = [];

const commands = {
  async open({ page: name, url, width, height, locale, dark }) {
    const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    const origin = new URL(url).origin;
    const note = (what) => problems.push(`${name}: ${what}`);
    // A daemon that is down cannot be reached, and Chromium says so: the test tells what it expects.
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && note(`console: ${message.text()}`));
    page.on('pageerror', (error) => note(`exception: ${error.message}`));
    page.on('requestfailed', (request) => note(`failed: ${request.url()} ${request.failure()?.errorText}`));
    page.on('request', (request) => new URL(request.url()).origin === origin || note(`elsewhere: ${request.url()}`));
    page.on('response', (response) => response.status() >= 400 && note(`status ${response.status()}: ${response.url()}`));
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
      window.jumps = 0;
      window.jumped = [];
      new PerformanceObserver((list) => {
        for (const shift of list.getEntries().filter((entry) => !entry.hadRecentInput)) {
          window.jumps += shift.value;
          window.jumped.push([shift.value.toFixed(3), ...shift.sources.map(({ node }) => node?.id || node?.className || node?.nodeName)]);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(url);
    pages.set(name, page);
  },
  async close({ page }) {
    await pages.get(page).context().close();
    pages.delete(page);
  },
  // Asked from outside: within the page its policy forbids what is not one of its files.
  async wait({ page, until, seconds }) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const answer = await pages.get(page).evaluate(until);
      if (answer) return answer;
      if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  },
  eval: ({ page, js }) => pages.get(page).evaluate(js),
  click: ({ page, selector }) => pages.get(page).click(selector, { timeout: 10_000 }),
  press: ({ page, key }) => pages.get(page).keyboard.press(key),
  shot: ({ page, file, whole }) => pages.get(page).screenshot({ path: file, fullPage: whole }),
  problems: () => problems.splice(0),
  version: () => browser.version(),
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { do: name, ...rest } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ ok: (await commands[name](rest)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ failed: error.message }));
  }
}
await browser.close();
