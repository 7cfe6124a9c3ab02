#include "rules/call_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "model/nearest.hpp"
#include "rules/characters.hpp"
#include "rules/type_complaints.hpp"

namespace foghorn {
namespace {

using Takes = Signature::Takes;

const Universe::Instrument* find_instrument(const Universe& universe, std::string_view id) {
  for (const auto& instrument : universe.instruments)
    if (instrument.id == id) return &instrument;
  return nullptr;
}

/// The instrument's part of a narrowed name.
std::string_view instrument_in(std::string_view name) {
  return name.substr(0, name.find_first_of(".@"));
}

std::string list_of(const std::vector<std::string_view>& words) {
  constexpr std::size_t most = 20;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(words.size(), most));
  return fmt::format("{}{}", fmt::join(words.begin(), words.begin() + shown, ", "),
                     words.size() > most ? ", …" : "");
}

/// "write WTI", or the whole choice.
std::string choice(std::string_view word, const std::vector<std::string_view>& known,
                   std::string_view plural) {
  if (const auto close = nearest(word, known); !close.empty()) return "write " + quote(close);
  if (known.empty()) return fmt::format("there are no {}", plural);
  return fmt::format("the {} are {}", plural, list_of(known));
}

std::vector<std::string_view> ids(const Universe& universe) {
  std::vector<std::string_view> all;
  all.reserve(universe.instruments.size());
  for (const auto& instrument : universe.instruments) all.push_back(instrument.id);
  return all;
}

/// What compares with days that were stored, not with prices of a window.
bool reads_days(Function f) {
  return f == Function::since_high || f == Function::since_low || f == Function::streak;
}

class SeriesCallCheck {
 public:
  SeriesCallCheck(const Syntax& syntax, const Term& call, Function function,
                  const Universe& universe, Complaints& complaints)
      : syntax_{syntax},
        call_{call},
        function_{function},
        takes_{signature_of(function).takes},
        universe_{universe},
        complaints_{complaints} {}

  SeriesUse check() {
    const auto& arguments = call_.children;
    if (arguments.empty()) {
      complain(call_.at, fmt::format("{} needs an instrument", to_text(function_)), example());
      return use_;
    }
    const Term& first = syntax_[arguments[0]];
    if (takes_ != Takes::price && arguments.size() >= 2 &&
        syntax_[arguments[1]].kind == Term::Kind::name && constant_in(syntax_, arguments[0])) {
      complain(first.begin,
               fmt::format("the instrument comes before the {}",
                           takes_ == Takes::price_level ? "level" : "window"),
               example(syntax_.text_of(syntax_[arguments[1]]), syntax_.text_of(first)));
      return use_;
    }
    series(first);
    if (takes_ != Takes::price_level)
      use_.lengths = check_lengths(syntax_, call_, function_, shown(series_text()), complaints_);
    const bool history = use_.lengths.since != no_time || reads_days(function_);
    if (history && !use_.series.venue.empty()) {
      complain(
          first.at,
          fmt::format("{} goes by days, which are kept of an instrument alone", to_text(function_)),
          fmt::format("write {} without a venue", quote(use_.series.instrument)));
    }
    return use_;
  }

 private:
  std::string_view series_text() const { return syntax_.text_of(syntax_[call_.children[0]]); }

  void series(const Term& argument) {
    if (argument.kind == Term::Kind::mistaken) return;
    if (argument.kind != Term::Kind::name) {
      complain(argument.begin,
               fmt::format("{} needs an instrument, not {}", to_text(function_),
                           quote(syntax_.text_of(argument))),
               example());
      return;
    }
    const auto id = instrument_in(argument.name);
    use_.series.instrument = id;
    use_.instrument = find_instrument(universe_, id);
    if (!use_.instrument) {
      complain(argument.at, quote(id) + " is not an instrument",
               choice(id, ids(universe_), "instruments"));
      return;
    }
    if (fits(argument)) narrow(argument);
  }

  bool fits(const Term& argument) {
    const bool wants_events = takes_ == Takes::event_window;
    if (use_.instrument->event_series == wants_events) return true;
    const auto& id = use_.instrument->id;
    if (wants_events) {
      complain(argument.at,
               fmt::format("{} is a price, and {} adds up events", quote(id), to_text(function_)),
               fmt::format("write \"last({})\", \"change({}, 1h)\" or an event series", id, id));
    } else {
      complain(argument.at, fmt::format("{} is an event series and has no price", quote(id)),
               fmt::format("write \"sum({}, 1h)\" or \"count({}, 1h)\"", id, id));
    }
    return false;
  }

  /// The parts after the instrument: .BTC, .long, @okx.
  void narrow(const Term& argument) {
    const auto name = argument.name;
    for (std::size_t at = instrument_in(name).size(); at < name.size();) {
      const std::size_t end = std::min(name.find_first_of(".@", at + 1), name.size());
      const auto word = name.substr(at + 1, end - at - 1);
      const int place = argument.at + static_cast<int>(at);
      if (word.empty()) {
        complain(place, quote(name.substr(at, 1)) + " narrows to nothing",
                 "write what it narrows to, as in BTC@okx or LIQ.long");
      } else if (name[at] == '@') {
        venue(word, place + 1);
      } else {
        part(word, place + 1);
      }
      at = end;
    }
  }

  void venue(std::string_view word, int place) {
    const auto& venues = use_.instrument->venues;
    if (!use_.series.venue.empty()) {
      complain(place, fmt::format("{} is narrowed to two venues", quote(use_.instrument->id)),
               "write one call for each");
    } else if (!may_be_anywhere() &&
               std::find(venues.begin(), venues.end(), word) == venues.end()) {
      complain(place, fmt::format("{} is not a venue of {}", quote(word), use_.instrument->id),
               venue_remedy(word));
    }
    use_.series.venue = word;
  }

  /// Where no feed brings liquidations, as in a replay, a file may bring them from any venue.
  bool may_be_anywhere() const {
    return use_.instrument->event_series && use_.instrument->venues.empty();
  }

  std::string venue_remedy(std::string_view word) const {
    const auto& venues = use_.instrument->venues;
    const std::vector<std::string_view> known(venues.begin(), venues.end());
    if (known.empty())
      return fmt::format("write {} without a venue: it has none", use_.instrument->id);
    const auto close = nearest(word, known);
    if (close.empty()) return fmt::format("write one of its venues: {}", list_of(known));
    return fmt::format("write {}; its venues are {}", quote(close), list_of(known));
  }

  void part(std::string_view word, int place) {
    if (!use_.instrument->event_series) {
      complain(place,
               fmt::format("{} is a price; only event series are narrowed with a point",
                           quote(use_.instrument->id)),
               fmt::format("write {}", quote(use_.instrument->id)));
      return;
    }
    if (word == "long" || word == "short") {
      if (use_.series.position)
        complain(place, "the position is named twice", "write long, short or neither");
      use_.series.position = word == "long" ? Position::long_side : Position::short_side;
      return;
    }
    if (!use_.series.base.empty()) {
      complain(place,
               fmt::format("{} and {} are two base assets", quote(use_.series.base), quote(word)),
               "write one call for each");
      return;
    }
    use_.series.base = word;
    const bool small = std::none_of(word.begin(), word.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
    if (!small) return;
    constexpr auto positions = std::to_array<std::string_view>({"long", "short"});
    if (const auto close = nearest(word, positions); !close.empty()) {
      complain(place, quote(word) + " is neither a position nor a base asset",
               "write " + quote(close));
      return;
    }
    std::string upper{word};
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    complain(place, quote(word) + " is neither a position nor a base asset",
             "write long, short or " + quote(upper));
  }

  /// The remedy that shows a correct call, as near to what was written as can be.
  std::string example(std::string_view series = {}, std::string_view window = {}) const {
    return "write " + quote(example_call(function_, shown(series), window));
  }

  /// `series`, or the first instrument that would do.
  std::string_view shown(std::string_view series) const {
    for (const auto& instrument : universe_.instruments)
      if (series.empty() && instrument.event_series == (takes_ == Takes::event_window))
        return instrument.id;
    return series;
  }

  void complain(int at, std::string what, std::string remedy) {
    complaints_.add(static_cast<std::size_t>(at), std::move(what), std::move(remedy));
  }

  const Syntax& syntax_;
  const Term& call_;
  Function function_;
  Takes takes_;
  const Universe& universe_;
  Complaints& complaints_;
  SeriesUse use_;
};

}  // namespace

SeriesUse check_series_call(const Syntax& syntax, const Term& call, Function function,
                            const Universe& universe, Complaints& complaints) {
  return SeriesCallCheck{syntax, call, function, universe, complaints}.check();
}

void complain_of_unknown_function(const Term& call, const Universe& universe,
                                  Complaints& complaints) {
  const auto at = static_cast<std::size_t>(call.at);
  if (const auto* instrument = find_instrument(universe, instrument_in(call.name))) {
    complaints.add(
        at, quote(call.name) + " is an instrument, not a function",
        "write " + quote(example_call(instrument->event_series ? Function::sum : Function::last,
                                      call.name)));
  } else {
    const auto close = nearest_function(call.name);
    complaints.add(
        at, quote(call.name) + " is not a function",
        close.empty() ? "the functions are " + list_of_functions() : "write " + quote(close));
  }
}

void complain_of_name(const Term& name, const Universe& universe, Complaints& complaints) {
  const auto at = static_cast<std::size_t>(name.at);
  const auto value_of = [&](const Universe::Instrument& instrument, std::string_view written) {
    return "write " +
           quote(example_call(instrument.event_series ? Function::sum : Function::last, written));
  };
  const auto id = instrument_in(name.name);
  if (const auto* instrument = find_instrument(universe, id)) {
    complaints.add(at,
                   fmt::format("{} is {}, not a value", quote(name.name),
                               instrument->event_series ? "an event series" : "an instrument"),
                   value_of(*instrument, name.name));
    return;
  }
  if (const auto function = find_function(name.name)) {
    complaints.add(at, quote(name.name) + " is a function",
                   "write " + quote(example_call(*function)));
    return;
  }
  auto known = ids(universe);
  known.push_back("tier");
  const auto close = nearest(id, known);
  std::string remedy = "write a value, such as last(WTI), 10% or tier";
  if (close == "tier")
    remedy = "write \"tier\"";
  else if (!close.empty())
    remedy = value_of(*find_instrument(universe, close), close);
  complaints.add(at, quote(name.name) + " is not known", std::move(remedy));
}

Type amount_in(const std::string& unit) {
  if (unit == "%") return Type{Type::Kind::ratio, {}};  // a probability
  return unit.empty() ? Type{Type::Kind::number, {}} : Type{Type::Kind::quantity, unit};
}

}  // namespace foghorn
