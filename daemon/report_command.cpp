#include "daemon/report_command.hpp"

#include <fstream>
#include <optional>

#include "alerts/channels/utf8.hpp"
#include "daemon/config/wording.hpp"
#include "daemon/report_chart.hpp"

namespace foghorn {
namespace {

constexpr int failed = 1;
constexpr int wrong_use = 2;

/// The editor's lines; nullopt, with a line in `log`, where they cannot be had.
std::optional<std::vector<std::string>> read_notes(const std::string& file, std::ostream& log) {
  std::vector<std::string> notes;
  if (file.empty()) return notes;
  std::ifstream in{file};
  std::string line;
  while (std::getline(in, line)) {
    if (!is_utf8(line)) {
      log << file << ": is not UTF-8; save it as UTF-8\n";
      return std::nullopt;
    }
    const auto text = one_line(line);
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) continue;
    notes.push_back(text.substr(first, text.find_last_not_of(' ') - first + 1));
  }
  if (in.eof()) return notes;
  log << file << ": cannot be read; give a file that exists and that this user may read\n";
  return std::nullopt;
}

int refused(const ReportRefusal& refusal, std::ostream& log) {
  log << "foghorn report: " << refusal.what << '\n';
  return refusal.wrong_use ? wrong_use : failed;
}

}  // namespace

int run_report(const Config& config, const ReportWords& words, const std::string& notes_file,
               Timestamp now, std::ostream& out, std::ostream& log) {
  const auto query = read_report_words(words, ReportFormat::markdown, config.daemon.language);
  if (const auto* refusal = std::get_if<ReportRefusal>(&query)) return refused(*refusal, log);
  const auto& asked = std::get<ReportQuery>(query);
  if (!asked.chart.empty() && !(words.format.empty() && notes_file.empty() && !words.trace)) {
    log << "foghorn report: chart: a chart is an SVG of one instrument; leave format, notes and "
           "trace out\n";
    return wrong_use;
  }
  auto notes = read_notes(notes_file, log);
  if (!notes) return failed;
  try {
    Store store{ReadOnly{}, config.daemon.data_dir.string()};
    const auto answer = read_answer(store, config, asked, *std::move(notes), now);
    if (const auto* refusal = std::get_if<ReportRefusal>(&answer)) return refused(*refusal, log);
    out << std::get<std::string>(answer);
  } catch (const StoreError& e) {
    log << "foghorn report: " << e.what() << '\n';
    return failed;
  }
  out.flush();
  return out ? 0 : failed;
}

}  // namespace foghorn
