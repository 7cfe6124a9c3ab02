#include "daemon/report_reply.hpp"

#include "daemon/config/wording.hpp"
#include "daemon/report_sheet.hpp"

namespace foghorn {
namespace {

HttpReply refused(const ReportRefusal& refusal) {
  return {refusal.wrong_use ? 400 : 503, "text/plain; charset=utf-8", refusal.what + "\n"};
}

const char* type_of(ReportFormat format) {
  switch (format) {
    case ReportFormat::markdown: return "text/markdown; charset=utf-8";
    case ReportFormat::text: return "text/plain; charset=utf-8";
    case ReportFormat::html: return "text/html; charset=utf-8";
    case ReportFormat::tex: return "application/x-tex; charset=utf-8";
    case ReportFormat::json: break;
  }
  return "application/json";
}

}  // namespace

HttpReply section_reply(Store& store, const Config& config, const HttpQuery& query, Timestamp now) {
  ReportWords words;
  for (const auto& [name, value] : query.parameters) {
    if (name == "at") words.at = value;
    if (name == "hours") words.hours = value;
    if (name == "since") words.since = value;
    if (name == "format") words.format = value;
    if (name == "lang") words.language = value;
    if (name == "trace") words.trace = value != "0";
  }
  const auto asked = read_report_words(words, ReportFormat::json, config.daemon.language);
  if (const auto* refusal = std::get_if<ReportRefusal>(&asked)) return refused(*refusal);
  const auto& report = std::get<ReportQuery>(asked);
  const auto sheet = read_sheet(store, config, report, now);
  if (const auto* refusal = std::get_if<ReportRefusal>(&sheet)) return refused(*refusal);
  return {200, type_of(report.format), rendered(std::get<FactSheet>(sheet), report, {})};
}

}  // namespace foghorn
