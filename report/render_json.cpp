// The fact sheet as JSON. Written by hand, so that the order of the keys is ours and the same input
// gives the same bytes.
#include "report/json_writer.hpp"
#include "report/render.hpp"

namespace foghorn {
namespace {

std::string_view word(Bound bound) {
  switch (bound) {
    case Bound::exact: return "exact";
    case Bound::at_least: return "at_least";
    case Bound::at_most: break;
  }
  return "at_most";
}

std::string_view word(FactSource source) {
  switch (source) {
    case FactSource::minutes: return "minutes";
    case FactSource::days: return "days";
    case FactSource::liquidations: break;
  }
  return "liquidations";
}

std::string_view word(RiskMood mood) {
  switch (mood) {
    case RiskMood::risk_off: return "risk_off";
    case RiskMood::risk_on: return "risk_on";
    case RiskMood::mixed: return "mixed";
    case RiskMood::calm: break;
  }
  return "calm";
}

void write_bars(Json& json, const std::vector<BarRef>& bars) {
  json.key("bars").begin('[');
  for (const auto& bar : bars) {
    json.begin('{').key("of").text(word(bar.source)).key("start");
    bar.source == FactSource::days ? json.day(bar.start) : json.time(bar.start);
    json.key("open").number(bar.open).key("high").number(bar.high);
    json.key("low").number(bar.low).key("close").number(bar.close);
    if (bar.told_later) json.key("told_later").boolean(true);
    json.end('}');
  }
  json.end(']');
}

void write_figure(Json& json, const Figure& figure) {
  json.begin('{').key("value").number(figure.value).key("as_of").time(figure.at);
  json.key("complete").number(figure.seen).key("bound").text(word(figure.bound));
  json.key("source").text(word(figure.source));
  write_bars(json, figure.bars);
  json.end('}');
}

void write_figure(Json& json, std::string_view key, const std::optional<Figure>& figure) {
  json.key(key);
  figure ? write_figure(json, *figure) : static_cast<void>(json.null());
}

void write_gaps(Json& json, std::string_view key, const std::vector<Gap>& gaps) {
  json.key(key).begin('[');
  for (const auto& gap : gaps)
    json.begin('{').key("from").time(gap.from).key("to").time(gap.to).end('}');
  json.end(']');
}

void write_day(Json& json, std::string_view key, const std::optional<Timestamp>& day) {
  json.key(key);
  day ? json.day(*day) : json.null();
}

void write_text(Json& json, const Text& text) {
  json.begin('{').key("zh").text(text.zh).key("en").text(text.en).end('}');
}

void write_moves(Json& json, std::string_view key, const std::vector<MoveFact>& moves) {
  json.key(key).begin('[');
  for (const auto& m : moves) {
    json.begin('{').key("direction").text(m.up ? "up" : "down");
    write_figure(json, "from", m.from);
    write_figure(json, "to", m.to);
    write_figure(json, "ratio", m.ratio);
    json.key("seconds").whole(std::chrono::floor<std::chrono::seconds>(m.took).count()).end('}');
  }
  json.end(']');
}

void write_claims(Json& json, const InstrumentFacts& facts) {
  write_moves(json, "moves", facts.moves);
  write_moves(json, "sudden_moves", facts.sudden_moves);
  json.key("crossings").begin('[');
  for (const auto& c : facts.crossings) {
    json.begin('{').key("direction").text(c.up ? "up" : "down").key("level").number(c.level);
    json.key("at").time(c.at).key("held").boolean(c.held).key("prominent").boolean(c.prominent);
    write_bars(json, c.bars);
    json.end('}');
  }
  json.end(']').key("extremes").begin('[');
  for (const auto& e : facts.extremes) {
    json.begin('{').key("end").text(e.high ? "high" : "low").key("of_closes").boolean(e.of_closes);
    write_figure(json, "price", e.price);
    write_day(json, "since", e.last_beyond);
    json.key("known_since").day(e.known_since).end('}');
  }
  json.end(']').key("day_move");
  if (const auto& m = facts.day_move) {
    json.begin('{').key("day").day(m->day);
    write_figure(json, "close", m->close);
    write_figure(json, "change", m->change);
    write_figure(json, "ratio", m->ratio);
    write_day(json, "as_large_on", m->as_large_on);
    json.key("known_since").day(m->known_since).key("rank_known").boolean(m->rank_known).end('}');
  } else {
    json.null();
  }
  json.key("streak");
  if (const auto& s = facts.streak) {
    json.begin('{').key("days").whole(s->days).key("at_least").boolean(s->at_least);
    json.key("last_day").day(s->last_day);
    write_day(json, "as_long_until", s->as_long_until);
    json.key("known_since").day(s->known_since).key("rank_known").boolean(s->rank_known);
    write_bars(json, s->bars);
    json.end('}');
  } else {
    json.null();
  }
  json.key("consolidation");
  if (const auto& c = facts.consolidation) {
    json.begin('{').key("low").number(c->low).key("high").number(c->high);
    json.key("near").text(c->near_high ? "high" : c->near_low ? "low" : "neither");
    write_figure(json, "range_ratio", c->range_ratio);
    json.end('}');
  } else {
    json.null();
  }
  json.key("reversals").begin('[');
  for (const auto& r : facts.reversals) {
    json.begin('{').key("from").text(r.up ? "high" : "low");
    write_figure(json, "extreme", r.extreme);
    json.key("level");
    r.level ? json.number(*r.level) : json.null();
    write_figure(json, "retreat", r.retreat);
    json.end('}');
  }
  json.end(']').key("reopening");
  if (const auto& r = facts.reopening) {
    json.begin('{');
    write_figure(json, "close", r->before);
    write_figure(json, "open", r->after);
    write_figure(json, "ratio", r->ratio);
    json.end('}');
  } else {
    json.null();
  }
  json.key("context").begin('[');
  for (const auto& c : facts.context) {
    json.begin('{').key("days").whole(c.days).key("complete").number(c.seen);
    write_figure(json, "high", c.high);
    write_figure(json, "low", c.low);
    write_figure(json, "change_ratio", c.change_ratio);
    json.end('}');
  }
  json.end(']');
}

void write_instrument(Json& json, const InstrumentFacts& facts) {
  json.begin('{').key("id").text(facts.id).key("name");
  write_text(json, facts.name);
  json.key("unit").text(facts.unit).key("sources").begin('[');
  for (const auto& source : facts.sources) json.text(source);
  json.end(']').key("probability").boolean(facts.probability);
  json.key("market").begin('{').key("calendar");
  facts.market.calendar.empty() ? json.null() : json.text(facts.market.calendar);
  json.key("follows").boolean(facts.market.follows).key("open").boolean(facts.market.open);
  json.key("turns");
  facts.market.turns == Timestamp::max() ? json.null() : json.time(facts.market.turns);
  json.end('}').key("complete").number(facts.seen);
  write_gaps(json, "gaps", facts.gaps);
  write_gaps(json, "told_later", facts.told_later);
  write_figure(json, "reference", facts.reference);
  write_figure(json, "open", facts.open);
  write_figure(json, "high", facts.high);
  write_figure(json, "low", facts.low);
  write_figure(json, "last", facts.last);
  write_figure(json, "change", facts.change);
  write_figure(json, "change_ratio", facts.change_ratio);
  write_figure(json, "range", facts.range);
  write_figure(json, "range_ratio", facts.range_ratio);
  write_claims(json, facts);
  json.end('}');
}

void write_sum(Json& json, std::string_view key, const LiquidationSum& sum) {
  json.key(key).begin('{').key("orders").whole(sum.orders).key("unsummed").whole(sum.unsummed);
  json.key("usd").number(sum.usd).end('}');
}

void write_liquidations(Json& json, const FactSheet& sheet) {
  json.key("liquidations");
  if (!sheet.liquidations) {
    json.null();
    return;
  }
  const auto& facts = *sheet.liquidations;
  json.begin('{').key("bound").text("at_least").key("source").text("liquidations");
  json.key("as_of").time(sheet.to).key("complete").number(facts.seen);
  json.key("orders").whole(facts.orders()).key("usd").number(facts.usd());
  write_sum(json, "long", facts.longs);
  write_sum(json, "short", facts.shorts);
  json.key("largest");
  if (const auto& l = facts.largest) {
    json.begin('{').key("venue").text(l->venue).key("asset").text(l->asset);
    json.key("position").text(l->position == Position::long_side ? "long" : "short");
    json.key("usd").number(l->usd).key("at").time(l->at).end('}');
  } else {
    json.null();
  }
  json.key("venues").begin('[');
  for (const auto& v : facts.venues) {
    json.begin('{').key("venue").text(v.venue).key("coverage").text(to_text(v.coverage));
    json.key("in_sum").boolean(!v.repeats).key("complete").number(v.seen);
    write_gaps(json, "gaps", v.gaps);
    write_sum(json, "long", v.longs);
    write_sum(json, "short", v.shorts);
    json.end('}');
  }
  json.end(']').key("assets").begin('[');
  for (const auto& a : facts.assets) {
    json.begin('{').key("asset").text(a.asset);
    write_sum(json, "long", a.longs);
    write_sum(json, "short", a.shorts);
    json.end('}');
  }
  json.end(']').end('}');
}

void write_together(Json& json, const FactSheet& sheet) {
  json.key("cross_asset");
  if (const auto& c = sheet.cross_asset) {
    json.begin('{').key("mood").text(word(c->mood)).key("parts").begin('[');
    for (const auto& part : c->parts) {
      json.begin('{').key("instrument").text(part.instrument);
      json.key("change_ratio").number(part.change_ratio).end('}');
    }
    json.end(']').end('}');
  } else {
    json.null();
  }
  json.key("episodes").begin('[');
  for (const auto& e : sheet.episodes) {
    json.begin('{').key("episode").text(e.episode).key("rule").text(e.rule).key("instrument");
    e.instrument.empty() ? json.null() : json.text(e.instrument);
    json.key("title");
    write_text(json, e.title);
    json.key("tier").text(to_text(e.tier)).key("fired").time(e.fired);
    json.key("resolved").time(e.resolved).key("value");
    e.value ? json.number(*e.value) : json.null();
    json.end('}');
  }
  json.end(']').key("held_back").begin('[');
  for (const auto& e : sheet.held_back) {
    json.begin('{').key("rule").text(e.rule).key("title");
    write_text(json, e.title);
    json.key("tier").text(to_text(e.tier)).key("began").time(e.began);
    json.key("ended").time(e.ended).end('}');
  }
  json.end(']');
}

void write_texts(Json& json, const Section& section) {
  json.key("text").begin('{').key("language");
  json.text(section.language == Language::zh ? "zh" : "en");
  json.key("headline").text(section.headline).key("summary").text(section.summary);
  json.key("paragraphs").begin('[');
  for (const auto& paragraph : section.paragraphs) {
    json.begin('{').key("subject").text(paragraph.subject).key("title").text(paragraph.title);
    json.key("sentences").begin('[');
    for (const auto& sentence : paragraph.sentences) {
      json.begin('{').key("text").text(sentence.text);
      write_bars(json, sentence.bars);
      json.end('}');
    }
    json.end(']').end('}');
  }
  json.end(']').key("editor_notes").begin('[');
  for (const auto& note : section.notes) json.text(note);
  json.end(']').key("remarks").begin('[');
  for (const auto& remark : section.remarks) json.text(remark);
  json.end(']').end('}');
}

}  // namespace

std::string to_json(const FactSheet& sheet, const Section& section) {
  Json json;
  json.begin('{').key("format").text("foghorn-section/1");
  json.key("from").time(sheet.from).key("to").time(sheet.to).key("settled").boolean(sheet.settled);
  json.key("instruments").begin('[');
  for (const auto& facts : sheet.instruments) write_instrument(json, facts);
  json.end(']');
  write_liquidations(json, sheet);
  write_together(json, sheet);
  write_texts(json, section);
  json.end('}');
  return json.take() + "\n";
}

}  // namespace foghorn
