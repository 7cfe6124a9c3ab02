// Every frame that we wrote, changed in every place in turn: what a decoder reads it checks, what
// it does not read cannot matter, and nothing is ever guessed.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <functional>
#include <set>

#include "feeds/venues/decimal.hpp"
#include "tests/feeds/venues/decoding.hpp"

using namespace foghorn;
using namespace foghorn::test;
namespace json = boost::json;

namespace {

struct Written {
  std::string venue;
  std::string name;
  std::string text;
};

/// Frames of text that is no JSON are changed in their venue's own test.
std::vector<Written> all_fixtures() {
  std::vector<Written> all;
  for (const auto venue : venue_names()) {
    for (const auto& name : fixtures_of(venue)) {
      auto text = fixture(venue, name);
      if (text.starts_with('{') || text.starts_with('[')) {
        all.push_back({std::string{venue}, name, std::move(text)});
      }
    }
  }
  return all;
}

Lines said(const std::string& venue, std::string_view text) {
  return Decoding{venue}.said(text);
}

bool is_data(const Written& frame) {
  return Decoding{frame.venue}.report(frame.text).frame_class == FrameClass::data;
}

/// Calls `visit(path, value)` for each value below `root`; it may change the value, which is put
/// back afterwards.
void for_each_value(json::value& value, const std::string& path,
                    const std::function<void(const std::string&, json::value&)>& visit) {
  if (!path.empty()) {
    const auto kept = value;
    visit(path, value);
    value = kept;
  }
  if (auto* object = value.if_object()) {
    for (auto& member : *object)
      for_each_value(member.value(), path + "/" + std::string{member.key()}, visit);
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      for_each_value((*array)[i], path + "/" + std::to_string(i), visit);
  }
}

/// Calls `visit(path)` for each document that lacks one member of `value`, which is a part of it.
void for_each_lack(json::value& value, const std::string& path,
                   const std::function<void(const std::string&)>& visit) {
  if (auto* object = value.if_object()) {
    const auto kept = *object;
    for (const auto& member : kept) {
      object->erase(member.key());
      visit(path + "/" + std::string{member.key()});
      *object = kept;
    }
    for (auto& member : *object)
      for_each_lack(member.value(), path + "/" + std::string{member.key()}, visit);
  } else if (auto* array = value.if_array()) {
    for (auto& element : *array) for_each_lack(element, path, visit);
  }
}

json::value reversed(const json::value& value) {
  if (const auto* object = value.if_object()) {
    json::object result;
    for (auto member = object->end(); member != object->begin();) {
      --member;
      result[member->key()] = reversed(member->value());
    }
    return result;
  }
  json::array result;
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) result.push_back(reversed(element));
    return result;
  }
  return value;
}

std::string spaced(std::string_view text) {
  std::string result = " \n";
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    const bool structural =
        !quoted && std::string_view{"{}[]:,"}.find(text[i]) != std::string_view::npos;
    if (structural) result += "\r\n\t ";
    result += text[i];
    if (structural) result += "  ";
  }
  return result + "\n";
}

}  // namespace

TEST_CASE("a frame cut off anywhere is malformed, whatever lies behind it in the buffer") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  CAPTURE(frame.venue, frame.name);
  Decoding decoding{frame.venue};
  for (const char behind : {' ', '}', ']', '"', ',', '\0'}) {
    for (std::size_t size = 0; size < frame.text.size(); ++size) {
      std::string bytes = frame.text.substr(0, size) + std::string(Frame::padding, behind);
      decoding.events.clear();
      const auto report =
          decoding.decoder->decode({bytes.data(), size, bytes.size()}, decoding.events);
      CAPTURE(size, behind);
      REQUIRE(report.frame_class == FrameClass::malformed);
      REQUIRE(decoding.events.empty());
    }
  }
  CHECK(decoding.said(frame.text) == said(frame.venue, frame.text));
}

TEST_CASE("a malformed frame leaves the events before it as they were") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  if (!is_data(frame)) return;
  Decoding decoding{frame.venue};
  decoding.report(frame.text);
  const auto before = decoding.events.size();
  decoding.decoder->decode(OwnedFrame{frame.text.substr(0, frame.text.size() - 1)},
                           decoding.events);
  CHECK(decoding.events.size() == before);
}

TEST_CASE("a value of the wrong type is malformed where it is read, and nothing where it is not") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  auto root = json::parse(frame.text);
  const auto original = said(frame.venue, frame.text);
  for_each_value(root, "", [&](const std::string& path, json::value& value) {
    for (const json::value& wrong : {json::value{json::object{}}, json::value{json::array{1}}}) {
      if (value.kind() == wrong.kind()) continue;
      value = wrong;
      const auto got = said(frame.venue, json::serialize(root));
      CAPTURE(frame.venue, frame.name, path, got);
      CHECK((got == original || got.at(0).starts_with("malformed: ")));
    }
  });
}

TEST_CASE("a price or size that is no finite number is malformed, and never an event") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  if (!is_data(frame)) return;
  auto root = json::parse(frame.text);
  const auto original = said(frame.venue, frame.text);
  for_each_value(root, "", [&](const std::string& path, json::value& value) {
    const bool number =
        value.is_string() && wire::parse_decimal(std::string_view{value.get_string()});
    if (!number && !value.is_number()) return;
    for (const auto* wrong : {"x", "nan", "inf", "1e999", "0x10", " 1", "--1", "1.2.3"}) {
      value = wrong;
      const auto got = said(frame.venue, json::serialize(root));
      CAPTURE(frame.venue, frame.name, path, wrong, got);
      const bool id = path.ends_with("/i") || path.ends_with("/a") || path.ends_with("/t") ||
                      path.ends_with("/tid") || path.ends_with("/id") ||
                      path.ends_with("/tradeId") || path.ends_with("/trade_id");
      const bool exchange =
          path.ends_with("/st");  // absent before 2026-06: whatever is not "2" is the other one
      CHECK((got == original || got.at(0).starts_with("malformed: ") || id || exchange));
    }
  });
}

TEST_CASE("a field that is missing is malformed where it is needed, and never guessed") {
  // What the venues themselves leave out: then there is less to say, or another way to know.
  const std::set<std::string> optional{
      "ticker_snapshot/data/lastPrice", "ticker_snapshot/data/markPrice",
      "ticker_snapshot/data/bid1Price", "ticker_snapshot/data/ask1Price",
      "ticker_delta/data/lastPrice", "ticker_delta/data/markPrice", "ticker_delta/data/bid1Price",
      "ticker_delta/data/ask1Price", "active_asset_ctx/data/ctx/midPx",
      // spot has none
      "uta_ticker/data/markPrice", "classic_ticker/data/markPrice",
      // said of no other trade
      "internal_trades/result/is_internal",
      // quotes of a price that has them
      "coinbase-advanced/ticker/events/tickers/best_bid",
      "coinbase-advanced/ticker/events/tickers/best_ask",
      "coinbase-advanced/ticker_snapshot/events/tickers/best_bid",
      "coinbase-advanced/ticker_snapshot/events/tickers/best_ask",
      "twelvedata/price_with_quotes/bid", "twelvedata/price_with_quotes/ask",
      // what a ticker or a table tells only where there is some, or where it has changed
      "kraken/ticker/data/last", "kraken/ticker/data/timestamp", "kraken-futures/ticker/bid",
      "kraken-futures/ticker/ask", "kraken-futures/ticker/last", "kraken-futures/ticker/markPrice",
      "bitmex/instrument/data/lastPrice", "bitmex/instrument/data/markPrice",
      "bitmex/instrument/data/bidPrice", "bitmex/instrument/data/askPrice",
      "bitmex/instrument/data/timestamp", "bitmex/quote/data/bidPrice",
      "bitmex/quote/data/askPrice",
      // said of no other trade
      "deribit/trades/params/data/liquidation",
      // futures have neither
      "massive/crypto_trades/i", "massive/crypto_trades/x", "massive/stock_trade/i",
      "massive/stock_trade/x"};
  const auto frame = GENERATE(from_range(all_fixtures()));
  if (!is_data(frame)) return;
  auto root = json::parse(frame.text);
  const auto original = said(frame.venue, frame.text);
  for_each_lack(root, "", [&](const std::string& path) {
    if (optional.contains(frame.name + path)) return;
    if (optional.contains(frame.venue + "/" + frame.name + path)) return;
    const auto got = said(frame.venue, json::serialize(root));
    CAPTURE(frame.venue, frame.name, path, got);
    CHECK((got == original || got.at(0).starts_with("malformed: ") ||
           got.at(0).starts_with("ignored: a frame without")));
  });
}

TEST_CASE("fields may come in any order") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  CAPTURE(frame.venue, frame.name);
  CHECK(said(frame.venue, json::serialize(reversed(json::parse(frame.text)))) ==
        said(frame.venue, frame.text));
}

TEST_CASE("fields that are not known change nothing") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  CAPTURE(frame.venue, frame.name);
  auto text = frame.text;
  text.insert(text.find('{') + 1, R"("new":{"e":[1,"}",{}],"data":"\"]"},)");
  CHECK(said(frame.venue, text) == said(frame.venue, frame.text));
}

TEST_CASE("white space between the tokens changes nothing") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  CAPTURE(frame.venue, frame.name);
  CHECK(said(frame.venue, spaced(frame.text)) == said(frame.venue, frame.text));
}

TEST_CASE("numbers may stand bare or in quotes") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  if (!is_data(frame)) return;
  auto root = json::parse(frame.text);
  const auto original = said(frame.venue, frame.text);
  for_each_value(root, "", [&](const std::string& path, json::value& value) {
    if (value.is_number()) {
      value = json::serialize(value).c_str();
    } else if (value.is_string() && wire::parse_decimal(std::string_view{value.get_string()})) {
      value = json::parse(std::string_view{value.get_string()});
    } else {
      return;
    }
    CAPTURE(frame.venue, frame.name, path);
    CHECK(said(frame.venue, json::serialize(root)) == original);
  });
}

TEST_CASE("one wrong byte anywhere never makes an event of what is no number") {
  const auto frame = GENERATE(from_range(all_fixtures()));
  Decoding decoding{frame.venue};
  for (std::size_t i = 0; i < frame.text.size(); ++i) {
    for (const char wrong :
         {'\0', '"', '\\', '{', '}', '[', ']', ':', ',', '-', '9', 'e', '\x80', '\xff'}) {
      auto text = frame.text;
      text[i] = wrong;
      const auto report = decoding.report(text);
      if (report.frame_class != FrameClass::data) REQUIRE(decoding.events.empty());
      for (const auto& event : decoding.events) {
        if (const auto* tick = std::get_if<Tick>(&event)) REQUIRE(std::isfinite(tick->price));
        if (const auto* order = std::get_if<Liquidation>(&event)) {
          REQUIRE((std::isfinite(order->price) && order->quantity > 0 &&
                   std::isfinite(order->quantity)));
        }
      }
    }
  }
}
