// GET /api/v5/public/instruments?instType=SWAP.
// https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments
//
//   {"code":"0","data":[{"instType":"SWAP","instId":"BTC-USDT-SWAP","ctVal":"0.01","ctMult":"1","ctValCcy":"BTC",
//    "ctType":"linear",…},{"instId":"BTC-USD-SWAP","ctVal":"100","ctMult":"1","ctValCcy":"USD","ctType":"inverse",…}],"msg":""}
#include "feeds/venues/okx_contracts.hpp"

#include "feeds/venues/answer.hpp"

namespace foghorn::wire {
namespace {

/// An instrument that states no size, because it is not listed yet, is left out.
void add_contract(Fields& row, Contracts& contracts) {
  const auto symbol = row.symbol("instId");
  const double value = row.quote("ctVal");
  const double factor = row.quote("ctMult");
  const auto type = row.text("ctType");
  const double multiplier = value * factor;
  if (row.failed() || !(multiplier > 0) || (type != "linear" && type != "inverse")) return;
  contracts[std::string{symbol}] = {.multiplier = multiplier, .inverse = type == "inverse"};
}

}  // namespace

Result<Contracts> parse_okx_contracts(std::string_view body) {
  Contracts contracts;
  const auto read = read_answer(body, [&](Fields& root) {
    auto answer = root.object(answer_key);
    if (answer.optional_text("code") != "0") answer.fail("code", "is not 0");
    each_object(answer, "data", [&](Fields& row) { add_contract(row, contracts); });
  });
  if (!read) return read.error();
  return contracts;
}

}  // namespace foghorn::wire
