#!/usr/bin/env python3
"""`./dev demo`, as its viewer sees it: the weekend's messages, each once."""
import re
import subprocess
import time

from harness import EndToEnd, FOGHORN, ROOT, SIM, main


class TheDemo(EndToEnd):
    def test_it_tells_the_oil_fall_in_one_episode_and_loses_nothing(self):
        begun = time.monotonic()
        ended = subprocess.run(
            [SIM, "--daemon", FOGHORN, "--config", ROOT / "deploy/demo/demo.toml.in", "--scenario",
             ROOT / "deploy/demo/hormuz.toml", "--run-dir", self.folder / "run"],
            text=True, capture_output=True, timeout=240)
        said = ended.stdout
        self.assertEqual(ended.returncode, 0, said[-4000:] + ended.stderr)
        print(f"the demo took {time.monotonic() - begun:.0f} s", flush=True)

        # The desk reads Chinese, the macro channel English; both hear of one oil episode from its fire to its end.
        desk = re.findall(r"【(提示|重大|紧急)】原油剧烈波动：(触发|升级|恢复)（编号 ([a-z2-7]{16})-(\d+)）", said)
        self.assertEqual(len({episode for _, _, episode, _ in desk}), 1, desk)
        self.assertEqual([number for _, _, _, number in desk], [str(n) for n in range(len(desk))])
        self.assertEqual(desk[0][1], "触发")
        self.assertIn("重大", [tier for tier, _, _, _ in desk])
        self.assertEqual(desk[-1][:2], ("重大", "恢复"))
        macro = re.findall(r"\[MAJOR\] Crude oil shock: (\w+) \(id ", said)
        self.assertEqual(macro[-1], "RESOLVED", macro)

        self.assertIn("errcode 45009", said)
        self.assertRegex(said, r"http://127\.0\.0\.1:\d+/metrics")


if __name__ == "__main__":
    main()
