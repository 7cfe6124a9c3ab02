#include "daemon/report_reply.hpp"

#include "daemon/config/wording.hpp"
#include "daemon/report_chart.hpp"
#include "store/store.hpp"

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

HttpReply answered(const Config& config, const ReportQuery& asked, const char* type,
                   Timestamp now) {
  try {
    Store store{ReadOnly{}, config.daemon.data_dir.string()};
    auto answer = read_answer(store, config, asked, {}, now);
    if (const auto* refusal = std::get_if<ReportRefusal>(&answer)) return refused(*refusal);
    return {200, type, std::get<std::string>(std::move(answer))};
  } catch (const StoreError& e) {
    return refused({.wrong_use = false, .what = e.what()});
  }
}

}  // namespace

HttpReply section_reply(const Config& config, const HttpQuery& query, Timestamp now) {
  const auto asked = read_report_words(words_of(query), ReportFormat::json, config.daemon.language);
  if (const auto* refusal = std::get_if<ReportRefusal>(&asked)) return refused(*refusal);
  const auto& report = std::get<ReportQuery>(asked);
  return answered(config, report, type_of(report.format), now);
}

HttpReply chart_reply(const Config& config, const HttpQuery& query, Timestamp now) {
  auto words = words_of(query);
  words.format.clear();
  for (const auto& [name, value] : query.parameters)
    if (name == "instrument") words.chart = value;
  if (words.chart.empty())
    return refused({.wrong_use = true, .what = "which instrument? write ?instrument=ID"});
  const auto asked = read_report_words(words, ReportFormat::json, config.daemon.language);
  if (const auto* refusal = std::get_if<ReportRefusal>(&asked)) return refused(*refusal);
  return answered(config, std::get<ReportQuery>(asked), "image/svg+xml", now);
}

}  // namespace foghorn
