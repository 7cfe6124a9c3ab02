// The keys of [channel.NAME] and [[rule]].

#include "alerts/channels/channel.hpp"
#include "daemon/config/reference/reference.hpp"

namespace foghorn {

TableEntry channel_keys() {
  return {
      "[channel.NAME]",
      {
          {.key = "type",
           .kind = KeyKind::choice,
           .required = true,
           .choices = channel_types(),
           .example = R"("wecom")",
           .says = {"The platform: see [channels.md](channels.md).",
                    "平台，见 [channels.md](channels.md)。"}},
          {.key = "url_file",
           .kind = KeyKind::path,
           .otherwise = {"none", "无"},
           .example = R"("desk.url")",
           .refused = {R"("no-such-file")"},
           .says = {"A file with the URL and nothing else. Under systemd "
                    "(`$CREDENTIALS_DIRECTORY`) a relative path is a credential's name.",
                    "只含网址的文件。在 systemd 下（`$CREDENTIALS_DIRECTORY`）相对路径即凭据名。"}},
          {.key = "url",
           .kind = KeyKind::url,
           .otherwise = {"none", "无"},
           .example = R"("${DESK_URL}")",
           .refused = {R"("http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a-key")",
                       R"("https://example.com/cgi-bin/webhook/send?key=a-key")"},
           .says = {"The URL itself, best as `\"${VARIABLE}\"`; one of `url` and `url_file` is "
                    "required, but for `pagerduty`, which has one.",
                    "网址本身，最好写成 `\"${变量}\"`；`url` 与 `url_file` 须写其一，`pagerduty` "
                    "自带网址，可省。"}},
          {.key = "secret_file",
           .kind = KeyKind::path,
           .otherwise = {"none", "无"},
           .example = R"("desk.secret")",
           .refused = {R"("no-such-file")"},
           .says = {"A file with what signs (`webhook`, `feishu`, `dingtalk`: optional), lets in "
                    "(`alertmanager`: optional) or names the account (`pagerduty`: required), and "
                    "nothing else; refused elsewhere.",
                    "只含密钥的文件：用于签名（`webhook`、`feishu`、`dingtalk`，可选）、准入（`"
                    "alertmanager`"
                    "，可选）或账户（`pagerduty`，必填）；其他平台写了会被拒绝。"}},
          {.key = "secret",
           .kind = KeyKind::text,
           .otherwise = {"none", "无"},
           .example = R"("${DESK_SECRET}")",
           .says = {"The same in place, best as `\"${VARIABLE}\"`; not with `secret_file`.",
                    "同上，直接写，最好为 `\"${变量}\"`；不与 `secret_file` 同用。"}},
          {.key = "chat_id",
           .kind = KeyKind::text,
           .otherwise = {"*required* of `telegram`", "`telegram` 必填"},
           .example = R"("-1001234567890")",
           .says = {"Of `telegram` alone: the chat's number, or `\"@channelname\"`.",
                    "仅 `telegram`：会话编号，或 `\"@频道名\"`。"}},
          {.key = "ca_file",
           .kind = KeyKind::path,
           .otherwise = {"the system's CAs", "系统 CA"},
           .example = R"("ca.pem")",
           .refused = {R"("no-such-file")"},
           .says = {"A readable PEM file; lets the URL lead to another host than the platform's.",
                    "可读的 PEM 文件；写了它，网址才可指向平台以外的主机。"}},
          {.key = "proxy",
           .kind = KeyKind::text,
           .otherwise = {"the environment's", "环境变量所定"},
           .example = R"("http://127.0.0.1:7890")",
           .refused = {R"("ftp://127.0.0.1:7890")"},
           .says = {"See [Proxies](#proxies).", "见[代理](#代理)。"}},
          {.key = "language",
           .kind = KeyKind::choice,
           .otherwise = {"the daemon's", "同守护进程"},
           .choices = {"zh", "en"},
           .example = R"("en")",
           .says = {"Of its messages.", "此渠道消息的语言。"}},
          {.key = "mentions",
           .kind = KeyKind::list,
           .otherwise = {"`[\"@all\"]` for `wecom`, else none", "`wecom` 为 `[\"@all\"]`，其余无"},
           .example = R"(["@all"])",
           .says = {"[Whom to call by name](channels.md#channels-who-is-told-and-how) for what is "
                    "critical, at most 20; `[]` for nobody.",
                    "critical 时[点名提醒谁](channels.md#channels-who-is-told-and-how)，最多 20 "
                    "人；`[]` "
                    "表示谁也不提醒。"}},
          {.key = "mute_hours",
           .kind = KeyKind::day_span,
           .otherwise = {"none", "无"},
           .example = R"("23:00-07:00")",
           .refused = {R"("23-7")", R"("07:00-07:00")"},
           .says =
               {"By the clock of `[daemon] timezone`: notices (and what has no tier) wait until "
                "these hours end and come as one digest then; what is major or critical passes. "
                "Not for `alertmanager`.",
                "按 `[daemon] timezone`：notice "
                "级（及无级别的）留到时段结束时汇总发出；major、critical "
                "照发。`alertmanager` 不可用。"}},
          {.key = "fallback",
           .kind = KeyKind::text,
           .otherwise = {"none", "无"},
           .example = R"("other")",
           .refused = {R"("nobody")", R"("desk")"},
           .says = {"Another channel, which gets major and above while this one is down.",
                    "备用渠道：此渠道中断时接收 major 及以上。"}},
      }};
}

TableEntry rule_keys() {
  return {
      "[[rule]]",
      {
          {.key = "id",
           .kind = KeyKind::text,
           .required = true,
           .example = R"("oil-shock")",
           .refused = {R"("oil shock")"},
           .says =
               {"Unique; letters, digits, `-`, `_`, `.`; at most 64. State and metrics go by it.",
                "唯一；字母、数字、`-`、`_`、`.`，最长 64。状态与指标以它为准。"}},
          {.key = "title",
           .kind = KeyKind::people_text,
           .otherwise = {"the id", "id"},
           .example = R"({ zh = "原油剧烈波动", en = "Crude oil shock" })",
           .says = {"What messages call it.", "消息里的名称。"}},
          {.key = "when",
           .kind = KeyKind::condition,
           .required = true,
           .example = R"("abs(change(WTI, 24h)) >= 10%")",
           .refused = {R"("change(WTI, 24h) > 10")"},
           .says =
               {"What it waits for: see [the rule language](rules.md#what-can-be-said). Checked "
                "and typed on load.",
                "触发条件，见[规则语言](rules.md#what-can-be-said)；加载时做类型检查。"}},
          {.key = "tiers",
           .kind = KeyKind::tier_values,
           .otherwise = {"none", "无"},
           .example = R"({ notice = "5%", major = "10%" })",
           .refused = {R"({ notice = "10%", major = "5%" })", R"({ notice = 5 })", "{}"},
           .says =
               {"What `tier` is worth at each rung, any of the three. One unit; each harder to "
                "reach than the one below it: rising, or falling where `when` is true for small "
                "values (`fall(WTI, 1h) <= tier`). `when` must read `tier`.",
                "各级别上 `tier` "
                "的取值，三级任选。单位一致，逐级更难达到：递增；若 `when` "
                "对小值成立（`fall(WTI, 1h) <= tier`）则递减。`when` 中须用到 `tier`。"}},
          {.key = "severity",
           .kind = KeyKind::choice,
           .standard = R"("notice")",
           .choices = {"notice", "major", "critical"},
           .says = {"The name of the one rung of a rule without tiers; a mistake with them.",
                    "没有 tiers 的规则唯一一级的名称；有 tiers 时不可写。"}},
          {.key = "for",
           .kind = KeyKind::duration,
           .standard = R"("0s")",
           .says = {"How long `when` must hold.", "`when` 须持续多久。"}},
          {.key = "clear",
           .kind = KeyKind::condition,
           .otherwise = {"not `when` at the lowest rung", "`when` 在最低级不成立"},
           .example = R"("abs(change(WTI, 24h)) < 8%")",
           .says = {"What must hold for the episode to end.", "事件结束须满足的条件。"}},
          {.key = "keep",
           .kind = KeyKind::duration,
           .standard = R"("0s")",
           .says = {"For how long.", "该条件须持续多久。"}},
          {.key = "cooldown",
           .kind = KeyKind::duration,
           .standard = R"("0s")",
           .says = {"How long after a message a rung no higher keeps quiet.",
                    "发出消息后，不更高的级别静默多久。"}},
          {.key = "ratchet",
           .kind = KeyKind::quantity,
           .otherwise = {"none", "无"},
           .example = R"("5%")",
           .refused = {"5", R"("0%")"},
           .says = {"Rungs beyond the top tier, each this much further; in the tiers' unit, above "
                    "zero.",
                    "最高级之上每再过这么多加一级；与 tiers 同单位，大于零。"}},
          {.key = "quiet_while",
           .kind = KeyKind::text,
           .otherwise = {"none", "无"},
           .example = R"("other-rule")",
           .refused = {R"("no-such-rule")"},
           .says =
               {"The id of another rule: while that one tells as much, this one is recorded and "
                "not told ([rules.md](rules.md#quiet-while-another-rule-says-the-same)).",
                "另一规则的 "
                "id：它已报出同级消息时，本规则只记录不发送（[rules.md](rules.md#quiet-while-"
                "another-rule-says-"
                "the-same)）。"}},
          {.key = "gap",
           .kind = KeyKind::choice,
           .otherwise = {"none", "无"},
           .choices = {"bridge"},
           .example = R"("bridge")",
           .says = {"For windows under 24 h too, a reference that falls into a closure is the last "
                    "price before it.",
                    "24 小时以下的窗口，参照点落在休市内时也取休市前最后价。"}},
          {.key = "no_data",
           .kind = KeyKind::duration,
           .standard = R"("5m")",
           .least = R"("1s")",
           .says = {"How long a price may be stale before somebody is told.",
                    "价格陈旧多久后告知。"}},
          {.key = "route",
           .kind = KeyKind::tier_lists,
           .otherwise = {"none: status and metrics only", "无：只见于状态与指标"},
           .example = R"(["desk"])",
           .refused = {R"(["nobody"])", R"({ critical = ["desk"] })"},
           .says = {"Channels of each tier that the rule has, `{ notice = [\"desk\"], major = "
                    "[\"desk\", \"macro\"] }`; without tiers also a plain list.",
                    "规则各级别发往的渠道：`{ notice = [\"desk\"], major = [\"desk\", \"macro\"] "
                    "}`；没有 tiers 时可只写一个列表。"}},
      }};
}

}  // namespace foghorn
