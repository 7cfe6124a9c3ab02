#include "tests/sim/venue.hpp"

#include <fmt/format.h>

#include <cmath>

namespace foghorn::sim {

bool VenueSession::subscribed(std::string_view kind, std::string_view symbol) const {
  return streams_.contains(fmt::format("{} {}", kind, symbol));
}

std::unique_ptr<VenueSession> make_session(const VenueMarket& market, std::string_view target) {
  if (market.venue() == "bybit") return make_bybit_session(market, target);
  if (market.venue() == "okx") return make_okx_session(market, target);
  if (market.venue() == "hyperliquid") return make_hyperliquid_session(market, target);
  if (market.venue() == "binance-futures") return make_binance_session(market, target);
  return nullptr;
}

// OKX alone counts contracts whose size must be asked for: GET
// /api/v5/public/instruments?instType=SWAP.
std::string rest_answer(const VenueMarket& market, std::string_view target) {
  if (market.venue() != "okx" || !target.starts_with("/api/v5/public/instruments")) return {};
  if (target.find("instType=SWAP") == std::string_view::npos)
    return R"({"code":"50014","data":[],"msg":"Parameter instType can not be empty"})";
  std::string rows;
  for (const auto& quote : market.quotes()) {
    const auto base = quote.symbol.substr(0, quote.symbol.find('-'));
    rows += fmt::format(
        R"({}{{"alias":"","baseCcy":"","category":"1","ctMult":"1","ctType":"linear","ctVal":"{}","ctValCcy":"{}","expTime":"",)"
        R"("instFamily":"{}-USDT","instId":"{}","instType":"SWAP","lever":"50","lotSz":"0.01","minSz":"0.01","quoteCcy":"",)"
        R"("settleCcy":"USDT","state":"live","tickSz":"{}","uly":"{}-USDT"}})",
        rows.empty() ? "" : ",", quote.contract, base, base, quote.symbol,
        quote.written(std::pow(10.0, -quote.decimals)), base);
  }
  return fmt::format(R"({{"code":"0","data":[{}],"msg":""}})", rows);
}

bool tells_recent_orders(std::string_view venue) {
  return venue == "okx";
}

std::string fresh_hex() {
  static std::uint64_t state = 0x5eed;
  return fmt::format("{:016x}", next_random(state));
}

}  // namespace foghorn::sim
