#include "daemon/report_reply.hpp"

#include "daemon/config/wording.hpp"
#include "daemon/report_chart.hpp"

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

ReportWords words_of(const HttpQuery& query) {
  ReportWords words;
  for (const auto& [name, value] : query.parameters) {
    if (name == "at") words.at = value;
    if (name == "hours") words.hours = value;
    if (name == "since") words.since = value;
    if (name == "format") words.format = value;
    if (name == "lang") words.language = value;
    if (name == "trace") words.trace = value != "0";
  }
  return words;
}

}  // namespace

HttpReply section_reply(Store& store, const Config& config, const HttpQuery& query, Timestamp now) {
  const auto asked = read_report_words(words_of(query), ReportFormat::json, config.daemon.language);
  if (const auto* refusal = std::get_if<ReportRefusal>(&asked)) return refused(*refusal);
  const auto& report = std::get<ReportQuery>(asked);
  auto answer = read_answer(store, config, report, {}, now);
  if (const auto* refusal = std::get_if<ReportRefusal>(&answer)) return refused(*refusal);
  return {200, type_of(report.format), std::get<std::string>(std::move(answer))};
}

HttpReply chart_reply(Store& store, const Config& config, const HttpQuery& query, Timestamp now) {
  auto words = words_of(query);
  words.format.clear();
  for (const auto& [name, value] : query.parameters)
    if (name == "instrument") words.chart = value;
  if (words.chart.empty())
    return refused({.wrong_use = true, .what = "which instrument? write ?instrument=ID"});
  const auto asked = read_report_words(words, ReportFormat::json, config.daemon.language);
  if (const auto* refusal = std::get_if<ReportRefusal>(&asked)) return refused(*refusal);
  auto answer = read_answer(store, config, std::get<ReportQuery>(asked), {}, now);
  if (const auto* refusal = std::get_if<ReportRefusal>(&answer)) return refused(*refusal);
  return {200, "image/svg+xml", std::get<std::string>(std::move(answer))};
}

}  // namespace foghorn
