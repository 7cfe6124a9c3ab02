#!/usr/bin/env python3
"""The files for Prometheus and Alertmanager, by their own tools: they load, and every alert fires when it should and only then."""
import re
import shutil
import subprocess
import unittest

from shown import FAMILIES, ROOT, metrics_in

PROMETHEUS = ROOT / "deploy/prometheus"
RULES = (PROMETHEUS / "foghorn.rules.yml").read_text()
TESTS = (PROMETHEUS / "foghorn.test.yml").read_text()
ALERTS = re.findall(r"^ +- alert: (\w+)$", RULES, re.M)


def said_of(alert):
    """The alert's part of the rule file."""
    return re.search(rf"- alert: {alert}\n(.*?)(?=\n +- alert:|\n  - name:|\Z)", RULES, re.S)[1]


def anchors(document):
    """What a link into it may name, as GitHub makes it of headings."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / document).read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class TheFiles(unittest.TestCase):
    def run_tool(self, *command):
        tool = shutil.which(command[0])
        self.assertTrue(tool, f"{command[0]} is missing: ./dev test installs it")
        done = subprocess.run([tool, *command[1:]], cwd=PROMETHEUS, text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_scrape_config_loads(self):
        self.run_tool("promtool", "check", "config", "prometheus.yml")

    def test_the_rules_load(self):
        self.run_tool("promtool", "check", "rules", "foghorn.rules.yml")

    def test_the_rules_do_as_their_unit_tests_say(self):
        self.run_tool("promtool", "test", "rules", "foghorn.test.yml")

    def test_the_example_for_alertmanager_loads(self):
        self.run_tool("amtool", "check-config", ROOT / "deploy/alertmanager/alertmanager.yml")

    def test_every_alert_is_shown_to_fire_and_not_to_fire(self):
        outcomes = re.findall(
            r'- expr: ALERTS\{alertname="(\w+)",alertstate="firing"\}\n +eval_time: \w+\n +exp_samples:( \[\])?\n', TESTS)
        self.assertGreater(len(ALERTS), 20)
        for alert in ALERTS:
            seen = {bool(empty) for name, empty in outcomes if name == alert}
            self.assertEqual(seen, {True, False}, f"{alert} wants a test in which it fires, and one in which it does not")

    def test_every_alert_says_what_to_do_in_both_languages(self):
        for alert in ALERTS:
            said = said_of(alert)
            self.assertRegex(said, r"severity: (critical|warning) ", alert)
            for annotation in ("summary", "description"):
                self.assertRegex(said, rf'\n +{annotation}: "[^\n]+"\n', alert)
                chinese = re.search(rf'\n +{annotation}_zh: "([^\n]+)"\n', said)
                self.assertTrue(chinese and re.search(r"[\u4e00-\u9fff]", chinese[1]), alert)

    def test_every_runbook_is_there(self):
        for alert in ALERTS:
            runbook = re.search(r"\n +runbook: (\S+)", said_of(alert))
            self.assertTrue(runbook, alert)
            document, _, anchor = runbook[1].partition("#")
            self.assertIn(anchor, anchors(document), f"{alert} points to {runbook[1]}")

    def test_rules_and_their_tests_name_metrics_that_there_are(self):
        for text in (RULES, TESTS):
            self.assertEqual(metrics_in(text) - FAMILIES, set())

    def test_every_alert_is_in_the_docs_with_its_severity(self):
        listed = dict(re.findall(r"^\| `(Foghorn\w+)` \| (\w+) \|", (ROOT / "docs/metrics.md").read_text(), re.M))
        self.assertEqual(listed, {alert: re.search(r"severity: (\w+)", said_of(alert))[1] for alert in ALERTS})


if __name__ == "__main__":
    unittest.main(verbosity=2)
