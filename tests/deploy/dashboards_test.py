#!/usr/bin/env python3
"""The dashboards' shape, as far as it can be told without Grafana; tests/e2e/prometheus_test.py runs their queries."""
import json
import re
import unittest

from shown import FAMILIES, ROOT, metrics_in

GRAFANA = ROOT / "deploy/grafana"
DASHBOARDS = {file.name: json.loads(file.read_text()) for file in sorted((GRAFANA / "dashboards").glob("*.json"))}
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS = 24  # of Grafana's grid


def panels_of(dashboard):
    """Those that show something: rows aside."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries_of(dashboard):
    """Where, query."""
    for panel in panels_of(dashboard):
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for annotation in dashboard["annotations"]["list"]:
        yield annotation["name"], annotation["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]["query"]


class TheDashboards(unittest.TestCase):
    def each(self):
        self.assertEqual(list(DASHBOARDS), ["foghorn-alerting.json", "foghorn-feeds.json", "foghorn-market.json"])
        return DASHBOARDS.items()

    def test_each_has_its_file_s_name_as_its_address_and_leads_to_the_others(self):
        for name, dashboard in self.each():
            self.assertEqual(dashboard["uid"] + ".json", name)
            self.assertIn("foghorn", dashboard["tags"])
            self.assertEqual([link["tags"] for link in dashboard["links"]], [["foghorn"]])
            self.assertTrue(dashboard["links"][0]["keepTime"] and dashboard["links"][0]["includeVars"])

    def test_ids_are_unique(self):
        for _, dashboard in self.each():
            ids = [panel["id"] for panel in dashboard["panels"]]
            self.assertEqual(len(ids), len(set(ids)))

    def test_panels_lie_on_the_grid_side_by_side(self):
        for _, dashboard in self.each():
            taken = {}
            for panel in dashboard["panels"]:
                at = panel["gridPos"]
                self.assertLessEqual(at["x"] + at["w"], COLUMNS, panel["title"])
                for x in range(at["x"], at["x"] + at["w"]):
                    for y in range(at["y"], at["y"] + at["h"]):
                        self.assertNotIn((x, y), taken, f"{panel['title']} lies over {taken.get((x, y))}")
                        taken[x, y] = panel["title"]

    def test_every_panel_says_in_both_languages_what_it_shows_and_in_which_unit(self):
        for _, dashboard in self.each():
            for panel in panels_of(dashboard):
                self.assertTrue(panel["title"])
                self.assertRegex(panel["description"], r"[a-z]{3,}.*[\u4e00-\u9fff]", panel["title"])
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"], panel["title"])
                self.assertTrue(panel["targets"], panel["title"])

    def test_everything_asks_the_chosen_data_source(self):
        for _, dashboard in self.each():
            asking = panels_of(dashboard) + dashboard["annotations"]["list"]
            asking += [variable for variable in dashboard["templating"]["list"] if variable["type"] == "query"]
            for one in asking:
                self.assertEqual(one["datasource"], DATASOURCE, one.get("title") or one.get("name"))
            self.assertEqual(dashboard["templating"]["list"][0]["name"], "datasource")

    def test_targets_have_letters_of_their_own(self):
        for _, dashboard in self.each():
            for panel in panels_of(dashboard):
                letters = [target["refId"] for target in panel["targets"]]
                self.assertEqual(len(letters), len(set(letters)), panel["title"])

    def test_every_query_names_metrics_that_there_are(self):
        for _, dashboard in self.each():
            for where, query in queries_of(dashboard):
                named = metrics_in(query)
                self.assertTrue(named or "ALERTS" in query, f"{where}: {query}")
                self.assertEqual(named - FAMILIES, set(), where)

    def test_every_variable_is_used_and_every_one_used_is_there(self):
        for _, dashboard in self.each():
            there = {variable["name"] for variable in dashboard["templating"]["list"]}
            used = set()
            for _, query in queries_of(dashboard):
                used |= set(re.findall(r"\$\{?(\w+)", query))
            used = {name for name in used if not name.startswith("__")}
            self.assertEqual(used | {"datasource"}, there)

    def test_rules_that_fired_are_marked_on_each(self):
        for _, dashboard in self.each():
            marks = " ".join(annotation["expr"] for annotation in dashboard["annotations"]["list"])
            self.assertIn("foghorn_rule_transitions_total", marks)
            self.assertIn("ALERTS", marks)

    def test_every_exported_metric_is_drawn_somewhere_or_alerted_on(self):
        drawn = metrics_in((ROOT / "deploy/prometheus/foghorn.rules.yml").read_text())
        for dashboard in DASHBOARDS.values():
            for _, query in queries_of(dashboard):
                drawn |= metrics_in(query)
        # Of these a number says enough, when it is asked for.
        unseen = {"foghorn_capture_records_total", "foghorn_config_reloads_total", "foghorn_digest_last_timestamp_seconds",
                  "process_virtual_memory_bytes"}
        self.assertEqual(FAMILIES - drawn - unseen, set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
