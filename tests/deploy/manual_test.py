#!/usr/bin/env python3
"""What is written by hand of the command line agrees with it: the manual page and the completions of bash, zsh and fish."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOGHORN = os.environ.get("FOGHORN", ROOT / "build/release/foghorn")
DEPLOY = ROOT / "deploy"
EVERYWHERE = {"--help"}


def told(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, **options)


def commands(path=()):
    """Every command: its words, the commands below it, and its options. As --help tells them."""
    help_text = told(FOGHORN, *path, "--help").stdout
    below = re.findall(r"^  ([a-z][\w-]*) ", help_text.partition("\nSubcommands:\n")[2], re.M)
    options = set(re.findall(r"^ *(?:-\w,)?(--[a-z][\w-]*)", help_text, re.M)) - ({"--help-all"} if path else set())
    yield path, below, options
    for name in below:
        yield from commands((*path, name))


class WrittenByHand(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.commands = list(commands())

    def test_there_is_something_to_compare(self):
        self.assertIn((("outbox", "list"), [], {"--help", "--config", "--control", "--json", "--channel", "--state", "--dead", "--limit"}),
                      self.commands)

    def test_the_manual_page_names_every_command_and_option(self):
        page = (DEPLOY / "man/foghorn.1").read_text()
        items = re.split(r"^\.It ", page.replace(".It Xo\n.", ".It "), flags=re.M)
        for path, below, options in self.commands:
            if not path or below:
                continue
            described = "".join(item for item in items if item.startswith("Cm " + " ".join(path)))
            self.assertTrue(described, f"foghorn {' '.join(path)} is not described")
            # What the commands to the running daemon have in common is told once.
            shared = {"--config", "--control", "--json"} if "--control" in options else set()
            for option in options - EVERYWHERE - shared:
                self.assertIn(f"Fl -{option[2:]}", described, f"foghorn {' '.join(path)} {option}")

    def test_the_manual_page_names_nothing_else(self):
        page = (DEPLOY / "man/foghorn.1").read_text()
        known = set().union(*(options for _, _, options in self.commands))
        self.assertLessEqual({"--" + name for name in re.findall(r"Fl -([a-z][\w-]+)", page)}, known)

    def test_the_manual_pages_are_clean(self):
        with tempfile.TemporaryDirectory() as folder:
            made = pathlib.Path(folder) / "foghorn.toml.5"
            subprocess.run(["python3", DEPLOY / "man/configuration_page.py", ROOT / "docs/configuration.md", made], check=True)
            checks = [command for command in (["mandoc", "-T", "lint", "-W", "warning"], ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"])
                      if shutil.which(command[0])]
            if not checks:
                self.skipTest("neither mandoc nor man is installed")
            for command in checks:
                for page in (DEPLOY / "man/foghorn.1", made):
                    outcome = told(*command, page)
                    self.assertEqual(outcome.stderr, "", command)
                    if command[0] == "mandoc":
                        self.assertEqual(outcome.stdout, "")

    def test_bash_completes_every_command_and_option_and_nothing_else(self):
        script = f"source {DEPLOY}/completions/foghorn.bash\n" + """
            COMP_WORDS=(foghorn "$@"); COMP_CWORD=$#; COMPREPLY=(); _foghorn; printf '%s\\n' "${COMPREPLY[@]}" """
        for path, below, options in self.commands:
            for word, wanted in (("-", options), ("", set(below))):
                completed = set(told("bash", "-c", script, "bash", *path, word).stdout.split())
                if word == "":
                    completed = {w for w in completed if not w.startswith("-")} if below else wanted
                self.assertEqual(completed, wanted, f"foghorn {' '.join(path)} {word}")

    def test_fish_completes_every_command_and_option_and_nothing_else(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        lines = [(" ".join((*path, word)), wanted) for path, below, options in self.commands
                 for word, wanted in (("--", options), ("", set(below))) if wanted]
        script = f"source {DEPLOY}/completions/foghorn.fish\n" + "\n".join(
            f'echo "== {line}"; complete -C "foghorn {line}"' for line, _ in lines)
        with tempfile.TemporaryDirectory() as home:
            answers = told("fish", "-c", script, env={**os.environ, "HOME": home}).stdout.split("== ")[1:]
        self.assertEqual(len(answers), len(lines))
        for (line, wanted), answer in zip(lines, answers):
            completed = {row.split("\t")[0] for row in answer.splitlines()[1:]}
            self.assertEqual(completed, wanted, f"foghorn {line}")

    def test_zsh_knows_every_command_and_option(self):
        text = (DEPLOY / "completions/_foghorn").read_text()
        for path, below, options in self.commands:
            for name in below:
                self.assertRegex(text, rf"['( ]{name}[:) ]", f"foghorn {' '.join(path)} {name}")
            for option in options:
                self.assertRegex(text, rf"['\"*{{,]{option}[\[}}]", f"foghorn {' '.join(path)} {option}")
        if shutil.which("zsh"):
            self.assertEqual(told("zsh", "-n", DEPLOY / "completions/_foghorn").stderr, "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
