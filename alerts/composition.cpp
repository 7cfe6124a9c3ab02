#include "alerts/composition.hpp"

#include <algorithm>
#include <map>

#include "alerts/channels/lateness.hpp"

namespace foghorn {
namespace {

using Place = Backlog::Place;
using Places = std::vector<Place>;

/// Of what was held back: what is named stands before what is said at length.
constexpr std::size_t most_beside_body = 10;

bool urgent(const std::optional<Tier>& tier) {
  return tier && *tier >= Tier::major;
}

bool urgent(const Bundle& bundle) {
  return bundle.rank() >= static_cast<int>(Tier::major);
}

/// It says more than a line of a list can.
bool has_body(const Bundle& bundle) {
  return bundle.newest().event.body != Text{};
}

class Composer {
 public:
  Composer(Backlog& backlog, const Occasion& occasion) : backlog_{backlog}, of_{occasion} {}

  Composition from(const Places& all_ready) {
    if (of_.telling == Telling::firing) return everything();
    const auto ready = without_what_fails(all_ready);
    if (of_.telling == Telling::one_by_one) return first_row(ready);
    if (of_.one_alone)
      return alone(*std::ranges::min_element(ready, {}, [](Place it) { return it->setbacks; }));

    Places critical, listed, listed_alone, others;
    Places at_length;
    for (const auto place : ready) {
      if (has_body(*place)) {
        at_length.push_back(place);
      } else if (is_for_list(*place)) {
        (place->alone ? listed_alone : listed).push_back(place);
      } else {
        (place->critical() ? critical : others).push_back(place);
      }
    }
    if (!critical.empty()) return alert(critical, true);
    if (!at_length.empty()) return at_length_and_held_back(at_length.front());
    if (!listed.empty()) return list(listed);
    if (!others.empty()) return alert(others, false);
    return alone(listed_alone.front());
  }

 private:
  /// What fails and fails lets the others pass, or one message that a platform chokes on would stop
  /// them all.
  static Places without_what_fails(const Places& ready) {
    Places trusted;
    for (const auto place : ready)
      if (place->setbacks < 3) trusted.push_back(place);
    return trusted.empty() ? ready : trusted;
  }

  Composition first_row(const Places& ready) {
    const auto chosen =
        std::ranges::max_element(ready, {}, [](Place it) { return it->critical(); });
    return composed({{*chosen, 1}}, Form::alert);
  }

  /// What is firing now holds whatever waits.
  Composition everything() {
    std::vector<Composition::Part> parts;
    auto& bundles = backlog_.bundles();
    for (auto it = bundles.begin(); it != bundles.end(); ++it)
      if (!it->digest_only()) parts.push_back({it, it->rows.size()});
    return composed(std::move(parts), Form::alert);
  }

  // ---- what is late, and what is old without being late

  bool too_late(const OutboxRow& row) const {
    if (row.state == OutboxState::for_digest) return false;
    const auto lives = time_to_live(row.tier);
    auto since = row.created;
    if (of_.muted && !urgent(row.tier)) {
      // What mute hours held back has its time from their end on.
      auto end = of_.muted(since);
      if (!end) end = of_.muted(since + lives);
      since = end.value_or(since);
    }
    return of_.now - since > lives;
  }

  bool was_muted(const Bundle& bundle) const {
    return of_.muted && !urgent(bundle) && of_.muted(bundle.waits_since());
  }

  /// It is no alert any more.
  bool is_for_list(const Bundle& bundle) const {
    if (has_body(bundle)) return false;
    return bundle.digest_only() || bundle.left_behind || was_muted(bundle) ||
           too_late(bundle.newest().row);
  }

  bool waited(const Bundle& bundle) const { return of_.now - bundle.waits_since() > patience; }

  // ---- who goes with whom

  bool takes_company(const Bundle& bundle) const {
    if (bundle.alone || has_body(bundle)) return false;
    return bundle.digest_only() || !held_back_until(bundle, of_.muted, of_.now);
  }

  /// What is critical first, what is for digests only last, so that it is never without company.
  template <class Chosen>
  Places companions(Chosen chosen) {
    Places critical, others, digest_only;
    for (auto it = backlog_.bundles().begin(); it != backlog_.bundles().end(); ++it) {
      if (!takes_company(*it) || !chosen(*it)) continue;
      (it->digest_only() ? digest_only : it->critical() ? critical : others).push_back(it);
    }
    for (const auto& more : {others, digest_only})
      critical.insert(critical.end(), more.begin(), more.end());
    return critical;
  }

  /// So many messages it takes to tell them as alerts.
  static std::size_t messages(const Places& places) {
    std::vector<Timestamp> times;
    std::size_t count = 0;
    for (const auto place : places)
      place->alone ? static_cast<void>(++count) : times.push_back(place->newest().event.time);
    std::ranges::sort(times);
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return count + times.size();
  }

  /// Alerts while there is time; `places` are no candidates for a list.
  Composition alert(const Places& places, bool critical) {
    Places social, old;
    for (const auto place : places) {
      if (place->alone) continue;
      social.push_back(place);
      if (waited(*place)) old.push_back(place);
    }
    if (const auto count = messages(social); count > 1) {
      if (!of_.quota.room_within(of_.now, count, critical, patience))
        return digest(companions([](const Bundle& bundle) { return !bundle.left_behind; }));
      if (messages(old) > 1)
        return digest(companions([this](const Bundle& bundle) {
          return bundle.digest_only() || (!bundle.left_behind && waited(bundle));
        }));
    }
    return places.front()->alone ? alone(places.front()) : group_of(places.front());
  }

  /// What fired at one engine time.
  Composition group_of(Place lead) {
    const auto time = lead->newest().event.time;
    auto group = companions([&](const Bundle& bundle) {
      return bundle.newest().event.time == time && !bundle.digest_only() && !is_for_list(bundle);
    });
    auto together = whole(group, Form::alert);
    if (all_fits(together)) return together;
    // What is critical rather alone than on a line of a list.
    std::erase_if(group, [](Place it) { return !it->critical(); });
    if (!group.empty() && group.size() < together.parts.size()) {
      auto critical = whole(group, Form::alert);
      if (all_fits(critical)) return critical;
    }
    return in_lines(std::move(together));
  }

  /// A body, and below it what was for digests only, by name.
  Composition at_length_and_held_back(Place place) {
    Places all{place};
    if (!place->alone) {
      auto held_back = companions([](const Bundle& bundle) { return bundle.digest_only(); });
      held_back.resize(std::min(held_back.size(), most_beside_body));
      all.insert(all.end(), held_back.begin(), held_back.end());
    }
    auto told = whole(all, Form::alert);
    if (const auto room = fitting(told); room < told.parts.size()) {  // each is of one event
      told.parts.resize(room);
      told = composed(std::move(told.parts), Form::alert);
    }
    return told;
  }

  Composition alone(Place place) {
    auto told = whole({place}, is_for_list(*place) ? Form::digest : Form::alert);
    told.options.catch_up = place->left_behind;
    return all_fits(told) ? told : in_lines(std::move(told));
  }

  /// `places` hold what is no alert any more: what an earlier life left behind makes one list, the
  /// rest another with all that has waited for long.
  Composition list(const Places& places) {
    const bool catch_up = std::ranges::any_of(places, [](Place it) { return it->left_behind; });
    const auto companions_of_it = companions([&](const Bundle& bundle) {
      if (bundle.digest_only()) return true;
      if (bundle.left_behind != catch_up) return false;
      return catch_up || is_for_list(bundle) || waited(bundle);
    });
    return digest(companions_of_it, catch_up);
  }

  Composition digest(const Places& places, bool catch_up = false) {
    auto told = whole(places, Form::digest);
    told.options.catch_up = catch_up;
    return in_lines(std::move(told));
  }

  // ---- what has room

  Composition whole(const Places& places, Form form) {
    std::vector<Composition::Part> parts;
    std::size_t room = of_.most_events;
    for (const auto place : places) {
      if (room == 0) break;
      parts.push_back({place, place->singly ? 1 : std::min(room, place->rows.size())});
      room -= parts.back().rows;
    }
    return composed(std::move(parts), form);
  }

  Composition composed(std::vector<Composition::Part> parts, Form form) {
    Composition told{.parts = std::move(parts), .events = {}, .options = {}};
    told.options.form = form;
    for (const auto& [bundle, rows] : told.parts) {
      told.options.shorter |= bundle->shorter;
      for (const auto& waiting : std::span{bundle->rows}.first(rows)) {
        told.events.push_back(waiting.event);
        told.options.maybe_repeated |= waiting.row.uncertain;
        if (of_.telling == Telling::together && too_late(waiting.row))
          told.options.late.insert(waiting.event.id);
      }
    }
    return told;
  }

  std::size_t fitting(const Composition& told) const {
    return of_.fits
               ? std::clamp<std::size_t>(of_.fits(told.events, told.options), 1, told.events.size())
               : told.events.size();
  }

  bool all_fits(const Composition& told) const {
    return told.events.size() == 1 || fitting(told) == told.events.size();
  }

  /// As a digest of as many events, from the front, as one message names.
  Composition in_lines(Composition told) {
    const bool catch_up = told.options.catch_up;
    for (auto form_of_parts = told.parts;;) {
      told = composed(std::move(form_of_parts), Form::digest);
      told.options.catch_up = catch_up;
      auto room = fitting(told);
      if (room == told.events.size()) return told;
      form_of_parts.clear();
      for (const auto& [bundle, rows] : told.parts) {
        if (room == 0) break;
        form_of_parts.push_back({bundle, std::min(room, rows)});
        room -= form_of_parts.back().rows;
      }
    }
  }

  Backlog& backlog_;
  const Occasion& of_;
};

}  // namespace

std::optional<Timestamp> held_back_until(const Bundle& bundle, const MutedUntil& muted,
                                         Timestamp now) {
  if (!muted || urgent(bundle)) return std::nullopt;
  const auto end = muted(now);
  return end && *end > now ? end : std::nullopt;
}

Composition compose(Backlog& backlog, const std::vector<Backlog::Place>& ready,
                    const Occasion& occasion) {
  return Composer{backlog, occasion}.from(ready);
}

}  // namespace foghorn
