#!/usr/bin/env python3
"""The container files, as far as they can be tried without an engine: what they name is there, and nothing runs as root."""
import json
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy/container"
MADE_BY_THE_OPERATOR = {"./etc"}  # docs/install.md, and the first lines of compose.yaml


class TheContainerFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.compose = (FOLDER / "compose.yaml").read_text()
        cls.image = (FOLDER / "Containerfile").read_text()

    def mounts(self):
        """(host's path, container's path) of each bind mount."""
        return re.findall(r"^ +- (\.[^:\s]*):(/[^:\s]*)", self.compose, re.M)

    def test_every_mounted_folder_is_there(self):
        self.assertGreaterEqual(len(self.mounts()), 5)
        for host, _ in self.mounts():
            if host not in MADE_BY_THE_OPERATOR:
                self.assertTrue((FOLDER / host).is_dir(), host)

    def test_every_config_file_that_a_command_names_is_in_a_mounted_folder(self):
        named = re.findall(r"--config\.file=(\S+)", self.compose)
        self.assertEqual(len(named), 2)
        for file in named:
            places = [FOLDER / host / file[len(inside) + 1:] for host, inside in self.mounts() if file.startswith(inside + "/")]
            self.assertTrue(any(place.is_file() for place in places), file)

    def test_the_secrets_that_alertmanager_reads_are_in_the_folder_mounted_for_it(self):
        service = re.search(r"^  alertmanager:\n(.*?)(?=^  \w|\Z)", self.compose, re.M | re.S)[1]
        mounted = [inside + "/" for inside in re.findall(r"^ +- \.[^:\s]*:(/[^:\s]*)", service, re.M)]
        named = re.findall(r"^[ -]+\w+_file: (\S+)", (ROOT / "deploy/alertmanager/alertmanager.yml").read_text(), re.M)
        self.assertGreaterEqual(len(named), 3)
        for file in named:
            self.assertTrue(file.startswith(tuple(mounted)), file)

    def test_grafana_finds_the_dashboards_where_they_are_mounted(self):
        providers = "".join(file.read_text() for file in (ROOT / "deploy/grafana/provisioning/dashboards").iterdir())
        named = re.findall(r"path: (\S+)", providers)
        self.assertTrue(named)
        for folder in named:
            self.assertIn(folder, [inside for _, inside in self.mounts()])

    def test_every_volume_that_is_used_is_declared_and_the_other_way_round(self):
        used = set(re.findall(r"^ +- ([a-z][\w-]*):/", self.compose, re.M))
        declared = set(re.findall(r"^  ([\w-]+):$", self.compose.partition("\nvolumes:\n")[2], re.M))
        self.assertEqual(used, declared)

    def test_every_image_is_pinned_or_built_here(self):
        for image in re.findall(r"^    image: (\S+)", self.compose, re.M):
            self.assertRegex(image, r"^foghorn:latest$|^docker\.io/\S+:v?\d+\.\d+\.\d+$")

    def test_the_program_that_the_image_starts_is_what_the_package_installs(self):
        self.assertIn('ENTRYPOINT ["/usr/bin/foghorn"]', self.image)
        self.assertIn("./dev package", self.image)
        self.assertTrue(re.search(r"^cmd_package\(\)", (ROOT / "dev").read_text(), re.M))

    def test_the_last_stage_does_not_run_as_root_and_has_a_health_check(self):
        stage = self.image.rpartition("\nFROM ")[2]
        self.assertEqual(re.findall(r"^USER (\S+)", stage, re.M), ["foghorn"])
        self.assertIn("HEALTHCHECK", stage)

    def test_the_health_check_is_a_program_that_can_be_run(self):
        words = json.loads(re.search(r"HEALTHCHECK .*CMD (\[.*?\"\])$", self.image.replace("\\\n", ""), re.M)[1])
        self.assertEqual(words[:2], ["bash", "-c"])
        self.assertEqual(subprocess.run(["bash", "-n", "-c", words[2]], capture_output=True, text=True).stderr, "")

    def test_compose_reads_it(self):
        if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode != 0:
            self.skipTest("docker compose is not installed")
        outcome = subprocess.run(["docker", "compose", "-f", FOLDER / "compose.yaml", "config", "--quiet"], capture_output=True, text=True)
        self.assertEqual((outcome.returncode, outcome.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
