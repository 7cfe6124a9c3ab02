#include "alerts/channels/fit.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace foghorn;

namespace {

using Kind = ToldLine::Kind;

const std::vector<ToldLine> message{{Kind::headline, Mood::alarm, "headline one, of 24 byte"},
                                    {Kind::detail, Mood::calm, "a detail"},
                                    {Kind::headline, Mood::calm, "headline two, of 24 byte"},
                                    {Kind::earlier, Mood::calm, "earlier"}};

std::vector<std::string> texts(std::size_t limit, bool details = true, std::size_t around = 1) {
  std::vector<std::string> out;
  for (const auto& line : fitted(message, room_for_bytes(limit, around), details))
    out.push_back(line.text);
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("what fits stays as it is, and markup counts") {
  CHECK(texts(67).size() == 4);
  CHECK(texts(66) == Texts{message[0].text, message[2].text, message[3].text});
}

TEST_CASE("a shorter message has no details, however much room there is") {
  CHECK(texts(1000, false).size() == 3);
}

TEST_CASE("headlines outlive details, and the last one that fits is cut") {
  CHECK(texts(45) == Texts{message[0].text, "headline two, of…"});
  CHECK(texts(40) == Texts{message[0].text});
}

TEST_CASE("a part of the first line is always there") {
  CHECK(texts(10) == Texts{"headli…"});
}
