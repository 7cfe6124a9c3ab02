// What the first four venues really sent; the others' captures are in their own tests.
#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

// clang-format off
const std::vector<Capture>& captures() {
  static const std::vector<Capture> all{
    {"bybit.allLiquidation", "bybit", {
       {"long BTCUSDT 0.006 base at 82396.9 = 494.3814 USD @1791565600992",
        "long BTCUSDT 0.038 base at 82394.3 = 3130.9834 USD @1791565601058"},
       {"long STRKUSDT 2084.9 base at 0.05165 = 107.685085 USD @1791091285156"},
       {"short MARSCOINUSDT 2380 base at 0.12734 = 303.0692 USD @1789670278053"},
       {"short ADAUSDT 13248 base at 0.1915 = 2536.992 USD @1786014946933"},
       {"short PIPPINUSDT 2846 base at 0.02456 = 69.89776 USD @1740480207110"},
       {"short ROSEUSDT 20000 base at 0.04499 = 899.8 USD @1739502302929"},
     }},
    {"bybit.control", "bybit", {
       {"ack [4000001]: subscribe"},
       {"ack [4000001]"},
       {"ack"},
       {"error [2000001]: args size >10"},
       {"error: error sign! origin_string[1682321990138dBW7d0xxu8cbXUl5vq5000category=linear]"},
       {"error: error:invalid op"},
       {"pong: pong"},
       {"pong"},
       {"ack [3]"},
       {"ack [sub-orderbook-1]"},
       {"ack"},
       {"pong: pong"},
       {"pong"},
       {"pong [test]"},
       {"ack [10001]: subscribe"},
       {"ack"},
     }},
    {"bybit.liquidation_legacy", "bybit", {
       {"ignored: liquidation.BTCUSD"},
       {"ignored: liquidation.BTCUSD"},
       {"ignored: liquidation.BTCUSD"},
       {"ignored: liquidation.BTCUSDT"},
       {"ignored: liquidation.XRPUSD"},
     }},
    {"bybit.publicTrade", "bybit", {
       {"trade BTCUSDT 27200 x0.000221 buy @1682084122521 #2100000000019296063"},
       {"trade BTCUSD 28560.5 x5823 buy @1680673823564 #14590351020577338424",
        "trade BTCUSD 28560.5 x3 buy @1680673823564 #15295505620167532946",
        "trade BTCUSD 28560.5 x5593 buy @1680673823564 #5033101802346245787"},
       {"trade BTCUSDT 28165.38 x0.041732 sell @1680652847524 #2290000000050703789",
        "trade BTCUSDT 28165.38 x0.008513 sell @1680652847524 #2290000000050703790",
        "trade BTCUSDT 28165.38 x0.042384 sell @1680652847524 #2290000000050703791",
        "trade BTCUSDT 28165.38 x0.055371 sell @1680652847524 #2290000000050703792"},
       {"trade BTCUSDC 28528.98 x0.00433 buy @1680688979998 #2240000000041223438"},
       {"trade BTCUSDT 16578.5 x0.001 buy @1672304486865 #10637318428570714664"},
     }},
    {"bybit.tickers", "bybit", {
       {"alive BTCUSDT"},
       {"mid BTCUSDT 84792.65 @1791091006584"},
       {"last BTCUSDT 27339.4 @1682169027329",
        "mark BTCUSDT 27342.3 @1682169027329",
        "mid BTCUSDT 27319.75 @1682169027329"},
       {"last BTCUSDM23 27625 @1682169888078",
        "mark BTCUSDM23 27603.76 @1682169888078",
        "mid BTCUSDM23 27600.25 @1682169888078"},
       {"last BTCUSD 28560 @1680673822577", "mark BTCUSD 28560 @1680673822577", "mid BTCUSD 28560.25 @1680673822577"},
       {"mid BTCUSD 28560.25 @1680673822776"},
       {"mid BTCUSDU23 29026 @1680673822199"},
       {"last BTCUSDT 28550.7 @1680673821770",
        "mark BTCUSDT 28552.81 @1680673821770",
        "mid BTCUSDT 28550.75 @1680673821770"},
       {"last BTCUSDT 17216 @1673272861686",
        "mark BTCUSDT 17217.33 @1673272861686",
        "mid BTCUSDT 17215.75 @1673272861686"},
       {"last BTC-6JAN23-17500-C 10 @1672917511074", "mark BTC-6JAN23-17500-C 7.86976724 @1672917511074"},
       {"mid AAVEUSDT 112.89500000000001 @1709210212704"},
       {"last BTCUSDT 66666.6 @1760325052630",
        "mark BTCUSDT 66666.6 @1760325052630",
        "mid BTCUSDT 66666.65 @1760325052630"},
       {"last BTCUSDT 21109.77 @1673853746003"},
     }},
    {"okx.bbo-tbt", "okx", {
       {"mid BTC-USDT-SWAP 38632.350000000006 @1651761120004"},
       {"mid LTC-USDC 83.805 @1765201257149"},
     }},
    {"okx.control", "okx", {
       {"ack [status:]"},
       {"ack [instruments:SPOT]"},
       {"ack [trades:BTC-USD]"},
       {"ack [bbo-tbt:BTC-USD]"},
       {"ack [index-tickers:BTC-USD]"},
       {"ack [funding-rate:BTC-USD-SWAP]"},
       {"error [index-tickers:NEAR-USDT-SWAP]: Wrong URL or channel:index-tickers, instId:NEAR-USDT-SWAP doesn't exist. Please use the correct URL, channel and parameters referring to API document."},
       {"notice: The connection will soon be closed for a service upgrade. Please reconnect."},
       {"status: channel-conn-count"},
       {"ack [tickers:BTC-USD-220527]"},
       {"ack [books:BTC-USD-220527]"},
       {"error [books:NOPE-USDT]: Subscribe failed, wrong URL or channel:books,instId:NOPE-USDT doesn't exist."},
       {"error: Illegal request: { \"event\": \"subscribe\", \"arg\": { \"channel\": \"adl-warning\", \"instType\": \"FUTURES\", \"instFamily\": \"BTC-USDT\" } }"},
       {"pong"},
     }},
    {"okx.funding-rate", "okx", {
       {"ignored: funding-rate"},
       {"ignored: funding-rate"},
       {"ignored: funding-rate"},
     }},
    {"okx.index-tickers", "okx", {
       {"ignored: index-tickers"},
       {"ignored: index-tickers"},
       {"ignored: index-tickers"},
     }},
    {"okx.liquidation-orders", "okx", {
       {"long BTC-USDT-SWAP 8.55 contracts at 82655.7 @1791565600771"},
       {"short CELO-USDT-SWAP 19979 contracts at 0.09583 @1791565462608"},
       {"short MINA-USDT-SWAP 10975 contracts at 0.09859 @1789678209470"},
       {"short IOST-USDT-SWAP 13 contracts at 0.007831 @1692266434010"},
       {"ignored: liquidations"},
       {"short XRP-USD-230929 39 contracts at 0.55205 @1680173247614"},
     }},
    {"okx.mark-price", "okx", {
       {"mark WNCG-USDT-SWAP 2.1729 @1640131259180"},
       {"mark FIL-USDT-220325 36.232 @1640131204676"},
       {"mark FIL-USDT-220325 36.662 @1640140257676"},
     }},
    {"okx.open-interest", "okx", {
       {"ignored: open-interest"},
       {"ignored: open-interest"},
     }},
    {"okx.tickers", "okx", {
       {"last WNCG-USDT-SWAP 2.1729 @1640131263109", "mid WNCG-USDT-SWAP 2.17375 @1640131263109"},
       {"last FIL-USDT-220325 36.245 @1640131209045", "mid FIL-USDT-220325 36.2325 @1640131209045"},
       {"last BTC-USD 91517.2 @1765201256914", "mid BTC-USD 91527.25 @1765201256914"},
       {"last BTC-USD-220527 30218.8 @1652459223003", "mid BTC-USD-220527 30215.25 @1652459223003"},
       {"last BTC-USDT 30243.5 @1652459226240", "mid BTC-USDT 30243.45 @1652459226240"},
       {"last BTC-USDT 30241.9 @1652459226978", "mid BTC-USDT 30243.45 @1652459226978"},
       {"last BTC-USDT 30247.4 @1652459228536", "mid BTC-USDT 30243.45 @1652459228536"},
       {"last BTC-USDT 30247.4 @1652459228866", "mid BTC-USDT 30243.45 @1652459228866"},
       {"last BTC-USDT 30251.7 @1652459230554", "mid BTC-USDT 30247.35 @1652459230554"},
       {"last BTC-USDT 30240.3 @1652459231908", "mid BTC-USDT 30247.35 @1652459231908"},
       {"last BTC-USDT 30220.1 @1652459234403", "mid BTC-USDT 30230.25 @1652459234403"},
       {"last BTC-USDT 31500.1 @1626526618762", "mid BTC-USDT 31500.05 @1626526618762"},
     }},
    {"okx.trades", "okx", {
       {"trade BTC-USDT-SWAP 83725.9 x5 buy @1791369350776 #2978601964"},
       {"trade BTC-USDT 83753 x1.1e-05 sell @1791369376364 #1067468269"},
       {"trade BTC-USDT-SWAP 48938.5 x5 buy @1640131236050 #148266905"},
       {"trade FIL-USD-220325 36.239 x11 buy @1640131185600 #1271987"},
       {"trade BTC-USD-220527 30218.8 x1 buy @1652459199958 #7849"},
       {"trade BTC-USDT 30243.5 x0.00315 buy @1652459226153 #338476311"},
       {"trade BTC-USDT 30244 x0.0002 buy @1652459228246 #338476323"},
       {"trade BTC-USDT 30247.4 x0.00232917 sell @1652459228754 #338476329"},
       {"trade BTC-USDT 30251.7 x7.4e-07 sell @1652459230547 #338476341"},
       {"trade BTC-USDT 30240.1 x0.0006591 buy @1652459231933 #338476347"},
       {"trade BTC-USD-220527 30217.9 x2 buy @1652459234340 #7851"},
       {"trade BTC-USDT 30227.5 x0.007903 buy @1652459234752 #338476362"},
       {"trade BTC-USDT 31684.5 x1.186e-05 buy @1626531038288 #216970876"},
     }},
    {"hyperliquid.activeAssetCtx", "hyperliquid", {
       {"mark BTC 84148", "mid BTC 84143.5"},
       {"mark SOL 128.45", "mid SOL 128.48"},
       {"mark @2 5.299e-05", "mid @2 5.307e-05"},
     }},
    {"hyperliquid.allDexsAssetCtxs", "hyperliquid", {
       {"ignored: allDexsAssetCtxs"},
     }},
    {"hyperliquid.allMids", "hyperliquid", {
       {"ignored: allMids"},
       {"ignored: allMids"},
     }},
    {"hyperliquid.bbo", "hyperliquid", {
       {"mid BTC 84143.5 @1790232237145"},
       {"mid SOL 128.51999999999998 @1765887848009"},
       {"alive BTC"},
     }},
    {"hyperliquid.control", "hyperliquid", {
       {"pong"},
       {"error [bbo:SOL]: Error parsing JSON into valid websocket request: {\"method\":\"subscribe\",\"xsubscription\":{\"type\":\"bbo\",\"coin\":\"SOL\"}}"},
       {"notice: Resting order filled: Bought 0.0063 ETH at $1907.6"},
       {"ack [l2Book:BTC]"},
       {"error [allMids:]: Error parsing JSON into valid websocket request: {\"type\": \"allMids\"}"},
       {"ack [l2Book:BTC]"},
     }},
    {"hyperliquid.l2Book", "hyperliquid", {
       {"ignored: l2Book"},
       {"ignored: l2Book"},
       {"ignored: l2Book"},
       {"ignored: l2Book"},
     }},
    {"hyperliquid.trades", "hyperliquid", {
       {"trade SOL 128.5 x0.42 sell @1765887848009 #867891549538215"},
       {"trade FXS 1.9008 x10.5 sell @1730160015113 #611279506717453"},
       {"trade BTC 69997 x0.38111 buy @1730160006192 #1016375172059570",
        "trade BTC 69997 x0.33458 buy @1730160006192 #479312521152049",
        "trade BTC 69997 x0.83613 buy @1730160006192 #229986151112628"},
       {"trade BTC 69998 x0.00714 buy @1730160007572 #696560709859024"},
       {"trade BTC 68517 x0.005 sell @1710125266669 #981894269203506"},
     }},
    {"binance_usdm.aggTrade", "binance-futures", {
       {"trade BTCUSDT 83434.4 x0.016 sell @1791391081874 #3478018549"},
       {"trade BTCUSDT 95208.6 x0.02 sell @1768644497374 #3057600382"},
       {"trade CTKUSDT 1.011 x10 buy @1626992741421 #16599292"},
       {"trade CTKUSDT 1.011 x10 buy @1626992746479 #16599296"},
       {"trade SUSHIUSDT 7.614 x54 sell @1626992751410 #87353237"},
       {"trade SUSHIUSDT 7.611 x4 sell @1626992752833 #87353242"},
       {"trade SUSHIUSDT 7.615 x156 buy @1626992756694 #87353251"},
       {"trade SUSHIUSDT 7.615 x6 sell @1626992757230 #87353254"},
       {"trade SUSHIUSDT 7.62 x58 buy @1626992760881 #87353262"},
       {"trade SUSHIUSDT 7.616 x33 sell @1626992763659 #87353265"},
       {"trade BTCUSDT 0.001 x100 sell @123456785 #5933014"},
       {"trade BTCUSDT 0.001 x100 sell @123456785 #5933014"},
     }},
    {"binance_usdm.bookTicker", "binance-futures", {
       {"mid BTCUSDT 84788.25 @1791091007473"},
       {"mid BTCUSDT 58952.985 @1634288226709"},
       {"mid BTCUSD_220325 49387.149999999994 @1640247707198"},
       {"mid BTCUSDT 33136.905 @1612137603568"},
       {"mid SUSHIUSDT 7.614000000000001 @1626992750193"},
       {"mid SUSHIUSDT 7.612 @1626992751948"},
       {"mid CTKUSDT 1.0114999999999998 @1626992756793"},
       {"mid AKROUSDT 0.017325 @1626992757252"},
       {"mid KEEPUSDT 0.24675 @1626992761554"},
       {"mid BNBUSDT 25.35855 @1568014460891"},
     }},
    {"binance_usdm.control", "binance-futures", {
       {"ack [1574649734450]"},
       {"error [1]: Invalid request: invalid stream"},
     }},
    {"binance_usdm.forceOrder", "binance-futures", {
       {"long ILVUSDT 116.5 base at 3.85642 = 449.27293 USD @1791391082119"},
       {"long BTCUSDT 0.19 base at 82651.9 = 15703.861 USD @1791565602120"},
       {"long MANTAUSDT 2049.1 base at 0.0722187 = 147.983338 USD @1791091026103"},
       {"short COTIUSDT 288183 base at 0.021912 = 6314.665896 USD @1789672235690"},
       {"long BTCUSDT 0.115 base at 26245.1 = 3018.1865 USD @1695714031881"},
       {"long BTCUSDT 0.288 base at 39021 = 11238.048 USD @1650898329196"},
       {"short BTCUSDT 0.014 base at 4706.04 = 65.88456 USD @1584059031421"},
       {"long BTCUSDT 0.014 base at 9910 = 138.74 USD @1568014460893"},
     }},
    {"binance_usdm.markPrice", "binance-futures", {
       {"mark BTCUSDT 95209.55336957 @1768644498002"},
       {"mark BTCUSDT 8291.34697815 @1569888003001"},
       {"mark BTCBUSD_210129 31799.2773 @1609830121004"},
       {"mark BTCUSDT 11794.15 @1562305380000"},
     }},
    {"binance_usdm.ticker", "binance-futures", {
       {"last BTCUSDT 10223.74 @1568693103463"},
       {"last BTCUSDT 16584.6 @1672515782136"},
     }},
    {"binance_usdm.trade", "binance-futures", {
       {"trade BTCUSDT 7627.6 x0.044 buy @1574381164086 #10934580"},
       {"trade ETHUSDT 2366.55 x0.07 sell @1596034530235 #73701056"},
       {"trade BTCUSDT 11343.67 x0.467 sell @1596240000519 #173525189"},
     }},
    {"binance_coinm.forceOrder", "binance-futures", {
       {"long BTCUSD_200925 3 contracts at 9352.7 @1594622954021"},
     }},
    {"binance_coinm.trade", "binance-futures", {
       {"trade BTCUSD_PERP 88904.9 x1 sell @1769590256674 #1074178546"},
     }},
    {"aster_futures.forceOrder", "binance-futures", {
       {"long PAIRUSDT 28448 base at 0.0044461 = 126.482653 USD @1789672621550"},
     }},
  };
  return all;
}
// clang-format on

}  // namespace

TEST_CASE("captured frames say what their venue's page says") {
  check_captures(captures());
}
