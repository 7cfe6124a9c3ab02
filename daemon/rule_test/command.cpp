#include "daemon/rule_test/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "daemon/explain_text.hpp"
#include "daemon/mistake_lines.hpp"
#include "daemon/rule_test/diff.hpp"
#include "daemon/rule_test/run.hpp"
#include "daemon/rule_test/test_file.hpp"

namespace foghorn {
namespace {

struct Tally {
  std::size_t passed{}, failed{};
};

class Runner {
 public:
  Runner(const std::string& filter, std::ostream& out) : filter_{filter}, out_{out} {}

  void run(const TestFile& file) {
    for (const auto& test : file.tests)
      if (wanted(test.name)) play(file, test);
    for (const auto& rejection : file.rejections) {
      const auto name = "does not load: " + rejection.at.text;
      if (wanted(name)) judge(rejection, name);
    }
  }

  Tally tally;

 private:
  bool wanted(const std::string& name) const { return name.find(filter_) != name.npos; }

  void play(const TestFile& file, const RuleTest& test) {
    const auto events = run_rule_test(file, test);
    const auto lines = compare(test, events);
    const bool all = std::ranges::all_of(lines, &Compared::same);
    tell(all, test.name, test.at);
    if (!all) out_ << diff_text(test, lines, reasons(file, test, lines));
  }

  /// What the rules and instruments of events that did not come were doing then: of each line, or
  /// an empty text. The same test played once more, watched.
  static std::vector<std::string> reasons(const TestFile& file, const RuleTest& test,
                                          const std::vector<Compared>& lines) {
    std::vector<std::string> why(lines.size());
    std::vector<Probe> probes;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].actual) continue;
      const auto& missed = *lines[i].expected;
      probes.push_back({missed.at, [&missed, &said = why[i]](Engine& engine) {
                          said = state_of(engine, missed);
                        }});
    }
    if (!probes.empty()) run_rule_test(file, test, probes);
    return why;
  }

  static std::string state_of(Engine& engine, const ExpectedEvent& missed) {
    if (!missed.rule.empty()) {
      const auto told = engine.explain(missed.rule);
      return told ? brief_text(*told) : "no such rule runs";
    }
    const auto i = engine.market().find(missed.instrument);
    return i ? fmt::format("{} is {}", missed.instrument, to_text(engine.market().state(*i))) : "";
  }

  void judge(const Rejection& rejection, const std::string& name) {
    const bool said = std::ranges::any_of(rejection.mistakes, [&](const Mistake& mistake) {
      return to_line(mistake).find(rejection.says) != std::string::npos;
    });
    tell(said, name, rejection.at);
    if (said) return;
    out_ << "    - " << rejection.says << '\n';
    if (rejection.mistakes.empty()) out_ << "    + it loads\n";
    for (const auto& mistake : rejection.mistakes) out_ << "    + " << to_line(mistake) << '\n';
  }

  void tell(bool passed, const std::string& name, const Located& at) {
    ++(passed ? tally.passed : tally.failed);
    if (passed)
      out_ << "passed  " << name << '\n';
    else
      out_ << fmt::format("FAILED  {}  ({}:{})\n", name, at.file, at.line);
  }

  const std::string& filter_;
  std::ostream& out_;
};

}  // namespace

int run_rule_tests(const std::vector<std::filesystem::path>& files, const std::string& filter,
                   const Environment& environment, std::ostream& out, std::ostream& log,
                   bool carets) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<TestFile> read;
  bool wrong = false;
  for (const auto& file : files) {
    auto outcome = load_test_file(file, environment);
    if (auto* good = std::get_if<TestFile>(&outcome)) {
      read.push_back(std::move(*good));
      continue;
    }
    wrong = true;
    write_mistakes(std::get<std::vector<Mistake>>(outcome), carets, log);
  }
  if (wrong) return 2;

  Runner runner{filter, out};
  for (const auto& file : read) runner.run(file);
  const auto& [passed, failed] = runner.tally;
  if (passed + failed == 0) {
    log << fmt::format("no test has \"{}\" in its name; see the names without --filter\n", filter);
    return 2;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  out << fmt::format("{} passed, {} failed in {:.2f} s\n", passed, failed, took.count());
  return failed == 0 ? 0 : 1;
}

}  // namespace foghorn
