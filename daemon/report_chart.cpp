#include "daemon/report_chart.hpp"

#include <algorithm>

#include "daemon/config/wording.hpp"
#include "daemon/zone.hpp"
#include "model/nearest.hpp"
#include "report/chart.hpp"

namespace foghorn {
namespace {

/// Why there is no chart of that name.
ReportRefusal no_chart(const Config& config, const std::string& instrument) {
  std::vector<std::string_view> known;
  for (const auto* spec : told_instruments(config)) known.push_back(spec->id);
  auto what = "chart: there is no instrument " + echoed(instrument) + " with a price of its own";
  if (const auto meant = nearest(instrument, known); !meant.empty())
    what += "; did you mean " + echoed(std::string{meant}) + "?";
  return {.wrong_use = true, .what = std::move(what)};
}

bool is_told(const Config& config, const std::string& instrument) {
  return std::ranges::any_of(told_instruments(config),
                             [&](const auto* spec) { return spec->id == instrument; });
}

std::map<std::string, std::string> charts_of(const SheetInput& input, const FactSheet& sheet,
                                             const ChartChoice& choice) {
  std::map<std::string, std::string> charts;
  for (std::size_t i = 0; i < input.instruments.size(); ++i) {
    // An empty frame would say no more than the sentence does.
    if (!input.instruments[i].minutes.empty() && sheet.instruments[i].open)
      charts[sheet.instruments[i].id] = chart_svg(input, sheet, i, choice);
  }
  return charts;
}

}  // namespace

std::variant<std::string, ReportRefusal> read_answer(Store& store, const Config& config,
                                                     const ReportQuery& query,
                                                     std::vector<std::string> notes,
                                                     Timestamp now) {
  const bool alone = !query.chart.empty();
  if (alone && !is_told(config, query.chart)) return no_chart(config, query.chart);
  const auto read = read_input(store, config, query, now);
  if (const auto* refusal = std::get_if<ReportRefusal>(&read)) return *refusal;
  const auto& input = std::get<SheetInput>(read);
  const auto sheet = make_sheet(input);
  if (alone) {
    const auto zone = zone_of(config.daemon.timezone);
    const ChartClock clock{zone.name, zone.offset};
    return chart_svg(input, sheet, 0, {.language = query.language, .clock = clock});
  }
  std::map<std::string, std::string> charts;
  if (query.format == ReportFormat::html)
    charts = charts_of(input, sheet, {.language = query.language});
  return rendered(sheet, query, std::move(notes), std::move(charts));
}

}  // namespace foghorn
