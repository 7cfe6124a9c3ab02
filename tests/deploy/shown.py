"""What the tests of rules and dashboards share: which metrics there are."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A test of the daemon's holds docs/metrics.md to what /metrics exports.
FAMILIES = set(re.findall(r"^\| `((?:foghorn|process)_\w+)` \|", (ROOT / "docs/metrics.md").read_text(), re.M))


def metrics_in(text):
    """The families whose samples a text names."""
    names = set(re.findall(r"\b((?:foghorn|process)_[a-z_]+)\b(?!\.)", text))
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}
