// The keys of [feed.NAME] and [instrument.ID].

#include "daemon/config/reference/reference.hpp"

namespace foghorn {

TableEntry feed_keys() {
  return {
      "[feed.NAME]",
      {
          {.key = "enabled",
           .kind = KeyKind::flag,
           .standard = "true",
           .says = {"`false`: not listened to, and instruments do without its sources.",
                    "`false` 时不连接，各品种不用其来源。"}},
          {.key = "url",
           .kind = KeyKind::url,
           .otherwise = {"the venue's", "交易所自己的"},
           .example = R"("wss://stream.example.com/v5/public/linear")",
           .refused = {R"("ws://stream.example.com/")", R"("https://stream.example.com/")"},
           .says = {"The whole WebSocket endpoint with its path: `wss://`, or `ws://` on this "
                    "machine.",
                    "完整的 WebSocket 地址（含路径）：`wss://`；本机可用 `ws://`。"}},
          {.key = "rest_url",
           .kind = KeyKind::url,
           .otherwise = {"the venue's", "交易所自己的"},
           .example = R"("https://api.example.com")",
           .refused = {R"("http://api.example.com")"},
           .says = {"The base of its REST interface: `https://`, or `http://` on this machine; "
                    "`\"\"`: none, so no backfill (windows fill as they are seen) and no contract "
                    "sizes.",
                    "REST 接口的基址：`https://`；本机可用 "
                    "`http://`。`\"\"` 表示没有：不回补（窗口边看边填），也没有合约面值。"}},
          {.key = "ca_file",
           .kind = KeyKind::path,
           .otherwise = {"the system's CAs", "系统 CA"},
           .example = R"("ca.pem")",
           .refused = {R"("no-such-file")"},
           .says = {"A readable PEM file; for both.", "可读的 PEM 文件，两者共用。"}},
          {.key = "proxy",
           .kind = KeyKind::text,
           .otherwise = {"the environment's", "环境变量所定"},
           .example = R"("socks5://127.0.0.1:7890")",
           .refused = {R"("ftp://127.0.0.1:7890")"},
           .says = {"See [Proxies](#proxies); for both.", "见[代理](#代理)，两者共用。"}},
          {.key = "key_file",
           .kind = KeyKind::path,
           .otherwise = {"none", "无"},
           .example = R"("venue.key")",
           .refused = {R"("no-such-file")"},
           .says =
               {"A file with what the venue knows you by and nothing else. One of `key_file` and "
                "`key` is required where the venue wants one (the load error says so), and "
                "refused elsewhere.",
                "只含密钥的文件。交易所要求密钥时 `key_file` 与 `key` "
                "须写其一（不写则加载报错），其他交易所写了会被拒绝。"}},
          {.key = "key",
           .kind = KeyKind::text,
           .otherwise = {"none", "无"},
           .example = R"("${VENUE_KEY}")",
           .says = {"The key itself, best as `\"${VARIABLE}\"`. A secret, as a channel's URL is.",
                    "密钥本身，最好写成 `\"${变量}\"`；与渠道网址同样保密。"}},
          {.key = "liquidations",
           .kind = KeyKind::list,
           .otherwise = {"none", "无"},
           .example = R"(["BTCUSDT"])",
           .refused = {R"(["*"])", "[]"},
           .says = {"Venue symbols, or `[\"*\"]` alone where the venue has a market-wide stream "
                    "(okx, binance-futures).",
                    "交易所的合约代码；有全市场爆仓流的交易所（okx、binance-futures）可单写 "
                    "`[\"*\"]`。"}},
          {.key = "liquidation_size",
           .kind = KeyKind::choice,
           .standard = R"("position")",
           .choices = {"position", "order"},
           .says =
               {"Of `gate` alone, where nobody has shown it: whether a size has the sign of the "
                "closed position or of the order that closed it. The wrong one exchanges long "
                "and short.",
                "仅 `gate` "
                "可写，因尚无人证实：数量的正负号属于被平的仓位，还是平仓的委托。写错则多空颠倒"
                "。"}},
          {.key = "price",
           .kind = KeyKind::choice,
           .standard = R"("trade")",
           .choices = {"trade", "mark", "mid"},
           .says = {"Which price counts; one that the venue does not tell is refused.",
                    "采用哪种价格；交易所不提供的会被拒绝。"}},
          {.key = "delayed",
           .kind = KeyKind::flag,
           .standard = "false",
           .says =
               {"`true`: its data are late by nature; `max_lag` does not hold, and messages say "
                "so.",
                "`true` 表示数据本来就延迟：不受 `max_lag` 限制，消息会注明。"}},
      }};
}

TableEntry instrument_keys() {
  return {
      "[instrument.ID]",
      {
          {.key = "name",
           .kind = KeyKind::people_text,
           .otherwise = {"the ID", "ID"},
           .example = R"({ zh = "WTI 原油", en = "WTI crude" })",
           .says = {"What people call it.", "供人阅读的名称。"}},
          {.key = "class",
           .kind = KeyKind::choice,
           .standard = R"("price")",
           .choices = {"price", "event", "fedwatch"},
           .says =
               {"`\"event\"`: the liquidations of all feeds, added up; then only `name` and `unit` "
                "are allowed beside it. `\"fedwatch\"`: a probability worked out from fed funds "
                "futures; then `name` and the next three.",
                "`\"event\"`：汇总全部行情源的爆仓，此外只能写 `name` 与 "
                "`unit`。`\"fedwatch\"`：由联邦基金期货推算的概率，此外只能写 `name` "
                "与下面三项。"}},
          {.key = "of",
           .kind = KeyKind::choice,
           .otherwise = {"*required* with `\"fedwatch\"`", "`\"fedwatch\"` 时必填"},
           .choices = {"hold", "no_cut"},
           .example = R"("hold")",
           .says =
               {"`\"hold\"`, at the next meeting of the Fed, or `\"no_cut\"`, by the last one of "
                "its year "
                "([method](rule-library.md#fedwatch-instruments-that-are-worked-out-from-others)).",
                "`\"hold\"`：下次会议维持不变；`\"no_cut\"`：到当年最后一次会议不降息（[算法](rule-"
                "library.md#fedwatch-instruments-that-are-worked-out-from-others)）。"}},
          {.key = "meetings",
           .kind = KeyKind::list,
           .otherwise = {"*required* with `\"fedwatch\"`", "`\"fedwatch\"` 时必填"},
           .example = R"(["2026-06-17"])",
           .refused = {R"(["17 June 2026"])"},
           .says = {"The days of decision.", "各次议息决定日。"}},
          {.key = "contracts",
           .kind = KeyKind::months,
           .otherwise = {"*required* with `\"fedwatch\"`", "`\"fedwatch\"` 时必填"},
           .example = R"({ "2026-06" = "ZQM6", "2026-07" = "ZQN6" })",
           .refused = {R"({ "June" = "ZQM6" })"},
           .says = {"The price instrument of each month, none left out, up to a month without a "
                    "meeting.",
                    "每个月对应的价格品种，不得缺月，直到一个没有会议的月份。"}},
          {.key = "unit",
           .kind = KeyKind::text,
           .otherwise = {"none; `\"USD\"` of an event series", "无；事件序列为 `\"USD\"`"},
           .example = R"("USD/bbl")",
           .refused = {R"("%")"},
           .says = {"What its price is a number of. USDT and USDC count as USD.",
                    "价格的单位；USDT、USDC 视同 USD。"}},
          {.key = "sources",
           .kind = KeyKind::list,
           .otherwise = {"none", "无"},
           .example = R"(["bybit:CLUSDT"])",
           .refused = {R"(["CLUSDT"])", R"(["nowhere:CLUSDT"])"},
           .says = {"Venue, colon, symbol as the venue spells it; at most 64. Where the file has "
                    "feeds, each source needs one.",
                    "交易所、冒号、该所的代码，最多 64 "
                    "个；文件里有行情源时，每个来源都要有对应的一个。"}},
          {.key = "consensus.min_sources",
           .kind = KeyKind::whole,
           .otherwise = {"1 for one source, else 2", "一个来源为 1，否则 2"},
           .least = "1",
           .example = "1",
           .refused = {"9"},
           .says = {"How many have to agree; not more than are listened to.",
                    "至少几个来源一致；不得多于实际监听的个数。"}},
          {.key = "consensus.max_age",
           .kind = KeyKind::duration,
           .standard = R"("60s")",
           .least = R"("1s")",
           .says = {"A source without any frame for longer takes no part.",
                    "超过此时间没有任何数据帧的来源不参与。"}},
          {.key = "consensus.max_deviation",
           .kind = KeyKind::ratio,
           .standard = R"("2%")",
           .most = R"("100%")",
           .refused = {R"("0%")"},
           .says = {"How far from their median sources may be and agree; more than 0 %.",
                    "来源偏离中位数多少以内算一致；须大于 0 %。"}},
          {.key = "max_staleness",
           .kind = KeyKind::duration,
           .standard = R"("60s")",
           .least = R"("1s")",
           .says = {"A price older than this is stale.", "价格超过此时间未更新即为陈旧。"}},
          {.key = "session",
           .kind = KeyKind::text,
           .standard = R"("always")",
           .refused = {R"("nymex")"},
           .says =
               {"When it trades: `\"always\"`, `\"nymex-energy\"`, `\"comex-metals\"`, "
                "`\"us-equity\"`, or a calendar of your own; see "
                "[trading hours](rules.md#trading-hours).",
                "交易时间：`\"always\"`、`\"nymex-energy\"`、`\"comex-metals\"`、`\"us-equity\"` "
                "或自定日历；见[交易时间](rules.md#trading-hours)。"}},
          {.key = "underlying",
           .kind = KeyKind::text,
           .otherwise = {"none", "无"},
           .example = R"("nymex-energy")",
           .refused = {R"("always")"},
           .says = {"Of an instrument that trades always: the calendar of the market that it "
                    "follows.",
                    "全天交易的品种所跟随市场的日历。"}},
          {.key = "ref_window",
           .kind = KeyKind::duration,
           .otherwise = {"none", "无"},
           .least = R"("1s")",
           .example = R"("5m")",
           .says = {"`change()` over 20 min or more compares with the median around its left edge, "
                    "over this long.",
                    "20 分钟及以上的 `change()` 与左端附近这么长时间内的中位数比较。"}},
      }};
}

}  // namespace foghorn
