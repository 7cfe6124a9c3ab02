#include "daemon/explain_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "daemon/natural.hpp"

namespace foghorn {
namespace {

const Type number{Type::Kind::number, {}};
constexpr std::size_t widest_text = 64;  // what is longer pushes its value aside

/// Characters, not bytes.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string text, std::size_t width) {
  const auto now = width_of(text);
  if (now < width) text.append(width - now, ' ');
  return text;
}

/// To the second, for reading.
std::string span_text(Duration d) {
  return format_duration(std::chrono::floor<std::chrono::seconds>(d));
}

const ExplainedInstrument* instrument_of(const ExplainedPart& part, const Explanation& told) {
  if (!part.series) return nullptr;
  const auto found =
      std::ranges::find(told.instruments, part.series->instrument, &ExplainedInstrument::id);
  return found == told.instruments.end() ? nullptr : &*found;
}

std::string missing_venues(const ExplainedSeries& series) {
  std::string text;
  for (const auto& venue : series.venues) {
    if (venue.seen > 0.99 && !venue.missing_since) continue;
    text += fmt::format("; {} {} seen", venue.venue, share_text(venue.seen));
    if (venue.missing_since) text += ", missing since " + second_text(*venue.missing_since);
  }
  return text;
}

/// "≥ 2M USD": a value as far as it is known.
std::string bound_text(const Value& value, const Type& type) {
  if (value.exact()) return natural_text(value.lo, type);
  if (!std::isfinite(value.hi)) return "≥ " + natural_text(value.lo, type);
  if (!std::isfinite(value.lo)) return "≤ " + natural_text(value.hi, type);
  return natural_text(value.lo, type) + " to " + natural_text(value.hi, type);
}

/// What of a series' window was missed; empty where none was.
std::string why_a_bound(const ExplainedPart& part) {
  if (!part.series || part.series->seen >= 1) return {};
  const auto& series = *part.series;
  return fmt::format("   {} of {} seen{}", share_text(series.seen), format_duration(series.window),
                     missing_venues(series));
}

/// Why a part is not known, after its reason's name; empty where there is no more to say.
std::string details(const ExplainedPart& part, Unknown reason, const Explanation& told) {
  const auto* instrument = instrument_of(part, told);
  if (!instrument) return {};
  const auto& series = *part.series;
  switch (reason) {
    case Unknown::warming:
      if (!series.known_since) return "no price yet";
      if (series.window == Duration{}) return {};
      return fmt::format("{} of {} known",
                         span_text(std::min(told.now - *series.known_since, series.window)),
                         format_duration(series.window));
    case Unknown::incomplete:
      return fmt::format("{} of {} seen{}", share_text(series.seen), format_duration(series.window),
                         missing_venues(series));
    case Unknown::stale:
      return instrument->last ? "no price since " + second_text(instrument->last->time)
                              : "no price yet";
    case Unknown::unconfirmed: {
      std::string text = "the sources disagree";
      if (instrument->disagreeing_since)
        text += " since " + second_text(*instrument->disagreeing_since);
      return text;
    }
    case Unknown::undefined:
      return instrument->state == PriceState::closed || instrument->underlying_closed
                 ? "no reference while its market is closed"
                 : "no reference, or one not above zero";
    case Unknown::none: break;
  }
  return {};
}

/// The tree of a condition. Values of all rungs stand side by side where they differ.
std::string tree(std::string_view name, const std::vector<ExplainedPart>& parts,
                 const Explanation& told) {
  std::vector<std::string> texts;
  std::size_t widest = name.size();
  for (const auto& part : parts) {
    texts.push_back(std::string(2 + 2 * part.depth, ' ') + part.text);
    widest = std::max(widest, std::min(width_of(texts.back()), widest_text));
  }
  std::string rungs;
  for (const auto& rung : told.rungs)
    rungs += (rungs.empty() ? "" : " | ") + std::string{to_text(rung.tier)};
  const bool by_rung =
      std::ranges::any_of(parts, [](const ExplainedPart& p) { return p.values.size() > 1; });
  std::string out =
      by_rung ? padded(std::string{name}, widest) + "  " + rungs + "\n" : std::string{name} + "\n";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& part = parts[i];
    std::string values, first;
    bool differ = false;
    for (const auto& value : part.values) {
      const auto text = value_text(part, value, told);
      if (values.empty()) first = text;
      differ = differ || text != first;
      values += (values.empty() ? "" : " | ") + text;
    }
    if (!differ) values = first;
    if (part.series && part.series->move) {
      const auto& move = *part.series->move;
      values += fmt::format("   {} at {} → {}", natural_text(move.from, number),
                            second_text(move.from_time), natural_text(move.to, number));
    }
    if (part.series && part.series->unsummed > 0)
      values += fmt::format("   and {} orders of unknown amount", part.series->unsummed);
    out += padded(texts[i], widest) + "  " + values + "\n";
  }
  return out;
}

std::string truth_text(const Value& truth) {
  if (!truth.known()) return std::string{to_text(truth.reason)};
  return truth.is_true() ? "true" : truth.is_false() ? "false" : "incomplete";
}

std::string distance_text(const Distance& distance) {
  const auto is = distance.term + " is " + bound_text(distance.bound, distance.type);
  if (distance.relative == 0)
    return fmt::format("{}, {} wanted", is, natural_text(distance.wanted, distance.type));
  return fmt::format("{}, {} short of {} ({})", is,
                     natural_text(std::abs(distance.wanted - distance.value), distance.type),
                     natural_text(distance.wanted, distance.type),
                     natural_text(distance.relative, {Type::Kind::ratio, {}}));
}

std::string head(const Explanation& told) {
  std::string text = told.rule + "  " + std::string{to_text(told.phase)};
  if (told.tier) text += ", told as " + std::string{to_text(*told.tier)};
  text +=
      told.now == no_time ? "  (nothing has come yet)\n" : "  at " + second_text(told.now) + "\n";
  if (told.began != no_time) text += "  first true   " + second_text(told.began) + "\n";
  if (told.announced != no_time) text += "  last told    " + second_text(told.announced) + "\n";
  if (told.cooldown_until != no_time)
    text += "  cooldown     until " + second_text(told.cooldown_until) +
            ", for rungs no higher than the last\n";
  if (told.tier && told.keep > Duration{})
    text +=
        fmt::format("  all-clear    {} of {}\n", span_text(told.kept), format_duration(told.keep));
  return text;
}

std::string rung_table(const Explanation& told) {
  std::string text;
  for (const auto& rung : told.rungs) {
    text += "  " + padded(std::string{to_text(rung.tier)}, 12) + " ";
    if (rung.level) text += padded(natural_text(*rung.level, told.tier_type), 12) + " ";
    text += padded(truth_text(rung.truth), 12);
    if (told.hold > Duration{})
      text += " " + padded(fmt::format("{} of {}", span_text(std::min(rung.held, told.hold)),
                                       format_duration(told.hold)),
                           16);
    if (rung.distance) text += " " + distance_text(*rung.distance);
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

std::string instrument_text(const ExplainedInstrument& instrument) {
  if (instrument.state == PriceState::none && !instrument.last && instrument.min_sources <= 1 &&
      instrument.sources.empty())
    return {};
  std::string text = instrument.id + "  " + std::string{to_text(instrument.state)};
  if (instrument.last)
    text += ", " + natural_text(instrument.last->value, {Type::Kind::quantity, instrument.unit}) +
            " at " + second_text(instrument.last->time);
  if (instrument.underlying_closed) text += ", the market that it follows is closed";
  if (instrument.sources.size() < instrument.min_sources)
    text += fmt::format(", {} of at least {} sources", instrument.sources.size(),
                        instrument.min_sources);
  text += "\n";
  for (const auto& source : instrument.sources)
    text += fmt::format("  {}  {}{}\n", source.source, natural_text(source.price, number),
                        source.agrees ? "" : "  does not agree");
  return text;
}

}  // namespace

std::string value_text(const ExplainedPart& part, const Value& value, const Explanation& told) {
  if (!value.known()) {
    const auto more = details(part, value.reason, told);
    return std::string{to_text(value.reason)} + (more.empty() ? "" : ": " + more);
  }
  if (part.type.kind == Type::Kind::boolean) return truth_text(value);
  if (value.exact()) return natural_text(value.lo, part.type);
  return bound_text(value, part.type) + why_a_bound(part);
}

std::string explain_text(const Explanation& told) {
  std::string text = head(told) + rung_table(told);
  if (!told.when.empty()) text += "\n" + tree("when", told.when, told);
  if (!told.clear.empty()) text += "\n" + tree("clear", told.clear, told);
  std::string instruments;
  for (const auto& instrument : told.instruments) instruments += instrument_text(instrument);
  if (!instruments.empty()) text += "\n" + instruments;
  return text;
}

std::string brief_text(const Explanation& told) {
  std::string text{to_text(told.phase)};
  if (told.tier) text += " at " + std::string{to_text(*told.tier)};
  if (told.rungs.empty()) return text;
  // The lowest rung that is not reached says what was lacking.
  const auto lacking = std::ranges::find_if(
      told.rungs, [&](const ExplainedRung& rung) { return !rung.truth.is_true(); });
  if (lacking != told.rungs.begin()) {
    const auto& reached = *(lacking - 1);
    text += fmt::format("; true at {}", to_text(reached.tier));
    if (told.hold > Duration{})
      text += fmt::format(" for {} of {}", span_text(std::min(reached.held, told.hold)),
                          format_duration(told.hold));
  }
  if (lacking != told.rungs.end()) {
    text += fmt::format("; {} at {}", truth_text(lacking->truth), to_text(lacking->tier));
    if (lacking->truth.known() && lacking->distance)
      text += ": " + distance_text(*lacking->distance);
    if (!lacking->truth.known()) {
      for (const auto& part : told.when) {
        if (!part.series || part.values.empty() || part.values.front().known()) continue;
        text += fmt::format(", {} {}", part.text, value_text(part, part.values.front(), told));
        break;
      }
    }
  }
  if (told.cooldown_until != no_time && !told.tier)
    text += "; cooldown until " + second_text(told.cooldown_until);
  return text;
}

}  // namespace foghorn
