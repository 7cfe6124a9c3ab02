"""A browser that a test drives: Chromium behind driver.mjs. Exits with 77, which ctest counts as skipped, where there is none."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHOTS = pathlib.Path(os.environ.get("FOGHORN_SCREENSHOTS", ROOT / "build/page-screenshots"))


def why_not():
    """What is missing to run a browser; empty: nothing."""
    if not shutil.which("chromium"):
        return "no chromium on this machine (Debian has the package; Ubuntu 24.04 has none)"
    if not shutil.which("node"):
        return "no node on this machine"
    if not (ROOT / "daemon/page/node_modules/playwright-core").exists():
        return "playwright-core is not installed: ./dev build installs it (npm ci in daemon/page)"
    return ""


def skip_without_browser():
    if why_not():
        print(f"skipped: {why_not()}")
        sys.exit(77)


class Browser:
    def __init__(self):
        self.process = subprocess.Popen(["node", HERE / "driver.mjs", shutil.which("chromium")], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        SHOTS.mkdir(parents=True, exist_ok=True)

    def ask(self, what, **rest):
        self.process.stdin.write(json.dumps({"do": what, **rest}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the browser ended at {what} {rest}")
        answer = json.loads(line)
        if "failed" in answer:
            raise AssertionError(f"{what} {rest}: {answer['failed']}")
        return answer["ok"]

    def open(self, name, url, width=1440, height=900, locale="en-US", dark=False):
        self.ask("open", page=name, url=url, width=width, height=height, locale=locale, dark=dark)
        return Page(self, name)

    def problems(self):
        """Console errors and warnings, exceptions, failed and foreign requests since the last call."""
        return self.ask("problems")

    def stop(self):
        try:
            self.process.stdin.close()
            self.process.wait(15)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait(10)
        self.process.stdout.close()


class Page:
    def __init__(self, browser, name):
        self.browser, self.name = browser, name

    def wait(self, js, seconds=30):
        """Until the expression is true; its value. What was there instead is left as a screenshot."""
        try:
            return self.browser.ask("wait", page=self.name, until=js, seconds=seconds)
        except AssertionError:
            self.shot("failed")
            raise

    def eval(self, js):
        return self.browser.ask("eval", page=self.name, js=js)

    def text(self, selector):
        return self.eval(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def wait_for_text(self, selector, text, seconds=30):
        return self.wait(f"document.querySelector({json.dumps(selector)})?.innerText.includes({json.dumps(text)})", seconds)

    def click(self, selector):
        self.browser.ask("click", page=self.name, selector=selector)

    def press(self, key):
        self.browser.ask("press", page=self.name, key=key)

    def shot(self, name, whole=True):
        self.browser.ask("shot", page=self.name, file=str(SHOTS / f"{name}.png"), whole=whole)

    def close(self):
        self.browser.ask("close", page=self.name)
