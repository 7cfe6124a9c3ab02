// The keys of [daemon], [engine], [capture], [heartbeat] and [[digest]].

#include "daemon/config/reference/reference.hpp"

namespace foghorn {

TableEntry daemon_keys() {
  return {
      "[daemon]",
      {
          {.key = "http",
           .kind = KeyKind::text,
           .standard = R"("127.0.0.1:9464")",
           .refused = {R"("localhost:9464")", R"("127.0.0.1")"},
           .says = {"Where the page, `/metrics` and `/api/v1` are: a numeric address and a port, "
                    "`\"[::1]:9464\"` for IPv6. Port 0 takes any free one. Read-only and without a "
                    "password: an address that others reach loads with a warning.",
                    "状态页、`/metrics` 与 `/api/v1` 的监听地址：数字地址加端口，IPv6 写 "
                    "`\"[::1]:9464\"`；端口 0 "
                    "表示任选空闲端口。只读、无密码：若他人可达，加载时给出警告。"}},
          {.key = "data_dir",
           .kind = KeyKind::path,
           .otherwise = {"[see below](#where-the-data-are)", "见[数据目录](#数据目录)"},
           .example = R"("/var/lib/foghorn")",
           .says = {"The folder of the store.", "存储所在的目录。"}},
          {.key = "control",
           .kind = KeyKind::path,
           .otherwise = {"`control.sock` in `data_dir`", "`data_dir` 下的 `control.sock`"},
           .example = R"("/run/foghorn/control.sock")",
           .says = {"The Unix socket of `foghorn outbox`, `silence` and `send-test`; at most 107 "
                    "bytes.",
                    "`foghorn outbox`、`silence`、`send-test` 所用的 Unix 套接字，路径最长 107 "
                    "字节。"}},
          {.key = "language",
           .kind = KeyKind::choice,
           .standard = R"("zh")",
           .choices = {"zh", "en"},
           .says = {"Of messages.", "消息的语言。"}},
          {.key = "timezone",
           .kind = KeyKind::text,
           .standard = R"("Asia/Shanghai")",
           .refused = {R"("Mars/Olympus")"},
           .says = {"Of times in messages: a name of the system's time zone database, or "
                    "`\"UTC\"`.",
                    "消息中的时间所用的时区：系统时区库中的名称，或 `\"UTC\"`。"}},
          {.key = "log",
           .kind = KeyKind::choice,
           .standard = R"("info")",
           .choices = {"debug", "info", "warn", "error"},
           .says = {"How much is logged.", "日志级别。"}},
          {.key = "notices",
           .kind = KeyKind::list,
           .otherwise = {"none", "无"},
           .example = R"(["desk"])",
           .refused = {R"(["nobody"])", "[]"},
           .says = {"Channels where the daemon speaks of itself and its data.",
                    "守护进程汇报自身与数据状况的渠道。"}},
          {.key = "templates",
           .kind = KeyKind::path,
           .otherwise = {"the built-in ones", "内置模板"},
           .example = R"("templates")",
           .refused = {R"("no-such-folder")"},
           .says =
               {"A folder with [texts of your own](channels.md#texts-of-your-own) for messages.",
                "存放[自定义消息文本](channels.md#texts-of-your-own)的目录。"}},
      }};
}

TableEntry engine_keys() {
  return {
      "[engine]",
      {
          {.key = "clock",
           .kind = KeyKind::choice,
           .standard = R"("arrival")",
           .choices = {"arrival", "events"},
           .says = {"What windows and timers run on: our time of `\"arrival\"`, or the "
                    "`\"events\"`' own (demo, rule tests).",
                    "窗口与计时器所用的时钟：本机到达时间 `\"arrival\"`，或事件自带时间 "
                    "`\"events\"`（演示、规则测试）。"}},
          {.key = "heartbeat",
           .kind = KeyKind::duration,
           .standard = R"("1s")",
           .least = R"("100ms")",
           .says = {"How often timers step while no price comes.",
                    "没有行情时计时器多久推进一次。"}},
          {.key = "max_skew",
           .kind = KeyKind::duration,
           .standard = R"("5s")",
           .says = {"How far a venue's clock may be ahead of ours before our own time stands in "
                    "for it.",
                    "交易所时钟最多可比本机快多少；超出则改用本机时间。"}},
          {.key = "max_lag",
           .kind = KeyKind::duration,
           .standard = R"("60s")",
           .says = {"How old a price may arrive and still be judged.",
                    "行情最多迟到多久仍参与判断。"}},
          {.key = "calendars",
           .kind = KeyKind::path,
           .otherwise = {"the built-in ones", "内置日历"},
           .example = R"("calendars.toml")",
           .refused = {R"("no-such-file.toml")"},
           .says = {"A file of trading hours that takes the place of "
                    "`daemon/config/calendars.toml`; copy that and change it.",
                    "替代 `daemon/config/calendars.toml` 的交易时间文件；复制一份再改。"}},
      }};
}

TableEntry capture_keys() {
  return {
      "[capture]",
      {
          {.key = "enabled",
           .kind = KeyKind::flag,
           .standard = "false",
           .says = {"`true`: all that the venues send is written to disk, for `foghorn replay "
                    "--capture`.",
                    "`true` 时把交易所发来的一切写盘，供 `foghorn replay --capture` 重放。"}},
          {.key = "dir",
           .kind = KeyKind::path,
           .otherwise = {"`capture` in `data_dir`", "`data_dir` 下的 `capture`"},
           .example = R"("/var/lib/foghorn/capture")",
           .says = {"A folder of its own; made where there is none.", "专用目录，没有则创建。"}},
          {.key = "max_bytes",
           .kind = KeyKind::size,
           .standard = R"("2GiB")",
           .least = R"("16MiB")",
           .refused = {R"("2GB")", "2147483648"},
           .says = {"Of all captures in it, compressed: a whole number and `KiB`, `MiB`, `GiB` or "
                    "`TiB`. The oldest files go first.",
                    "目录内全部抓包（压缩后）的上限：整数加 `KiB`、`MiB`、`GiB` 或 "
                    "`TiB`；先删最旧的文件。"}},
          {.key = "rotate",
           .kind = KeyKind::duration,
           .standard = R"("1h")",
           .least = R"("1m")",
           .says = {"A new file at each whole multiple of it, in UTC. Also begun when a file has "
                    "an eighth of `max_bytes`.",
                    "每逢其整数倍（UTC）换新文件；单个文件达到 `max_bytes` 的八分之一时也换。"}},
      }};
}

TableEntry heartbeat_keys() {
  return {
      "[heartbeat]",
      {
          {.key = "every",
           .kind = KeyKind::duration,
           .otherwise = {"none", "无"},
           .least = R"("1m")",
           .example = R"("1h")",
           .says = {"How often a sign of life goes out, counted from midnight in `[daemon] "
                    "timezone`. Not with `at`.",
                    "多久报一次平安，从 `[daemon] timezone` 的零点算起；不与 `at` 同用。"}},
          {.key = "at",
           .kind = KeyKind::time_of_day,
           .otherwise = {"none", "无"},
           .example = R"("08:00")",
           .refused = {R"("8:00")", R"("24:00")"},
           .says = {"Once a day, at this time by `[daemon] timezone`.",
                    "每天此时一次（`[daemon] timezone`）。"}},
          {.key = "channels",
           .kind = KeyKind::list,
           .otherwise = {"none", "无"},
           .example = R"(["desk"])",
           .refused = {R"(["nobody"])"},
           .says = {"Where a message goes that says what is watched. With `every` or `at`.",
                    "平安消息发往哪些渠道；须配 `every` 或 `at`。"}},
          {.key = "ping_url",
           .kind = KeyKind::url,
           .otherwise = {"none", "无"},
           .example = R"("${PING_URL}")",
           .refused = {R"("http://example.com/ping")"},
           .says = {"A URL that is called with GET; as secret as a channel's.",
                    "以 GET 调用的网址；与渠道网址同样保密。"}},
          {.key = "ping_url_file",
           .kind = KeyKind::path,
           .otherwise = {"none", "无"},
           .example = R"("ping.url")",
           .refused = {R"("no-such-file")"},
           .says = {"The same, from a file with the URL and nothing else; not with `ping_url`.",
                    "同上，网址单独写在文件里；不与 `ping_url` 同用。"}},
          {.key = "ping_every",
           .kind = KeyKind::duration,
           .otherwise = {"as the messages, else `\"5m\"`", "同消息周期，否则 `\"5m\"`"},
           .least = R"("1m")",
           .example = R"("5m")",
           .says = {"How often the URL is called.", "多久调用一次。"}},
          {.key = "ca_file",
           .kind = KeyKind::path,
           .otherwise = {"the system's CAs", "系统 CA"},
           .example = R"("ca.pem")",
           .refused = {R"("no-such-file")"},
           .says = {"A readable PEM file, for the ping URL.", "可读的 PEM 文件，用于该网址。"}},
          {.key = "proxy",
           .kind = KeyKind::text,
           .otherwise = {"the environment's", "环境变量所定"},
           .example = R"("socks5://127.0.0.1:7890")",
           .refused = {R"("ftp://127.0.0.1:7890")"},
           .says = {"Of the ping URL: see [Proxies](#proxies).", "该网址所用的[代理](#代理)。"}},
      }};
}

TableEntry digest_keys() {
  return {
      "[[digest]]",
      {
          {.key = "at",
           .kind = KeyKind::time_of_day,
           .required = true,
           .example = R"("07:30")",
           .refused = {R"("7:30")", R"("24:00")"},
           .says = {"When, by the clock of `timezone`.", "何时发送，按 `timezone` 的钟。"}},
          {.key = "channels",
           .kind = KeyKind::list,
           .required = true,
           .example = R"(["desk"])",
           .refused = {R"(["nobody"])", R"(["pager"])"},
           .says = {"Where it goes: to people, or a webhook; not to `pagerduty` or `alertmanager`, "
                    "which keep incidents.",
                    "发往哪些渠道：给人看的，或 webhook；不能是记录事件的 "
                    "`pagerduty`、`alertmanager`。"}},
          {.key = "hours",
           .kind = KeyKind::whole,
           .standard = "24",
           .least = "1",
           .most = "744",
           .says = {"How long before: as long as minutes are kept, at the most.",
                    "回看多少小时，最多为分钟数据的保留期。"}},
          {.key = "since",
           .kind = KeyKind::text,
           .otherwise = {"none", "无"},
           .example = R"("last")",
           .refused = {R"("yesterday")"},
           .says = {"`\"last\"`, in place of `hours`: what came since the last digest that all "
                    "these channels got; 24 h where there is none.",
                    "`\"last\"`，替代 `hours`：自这些渠道都收到的上一份以来；没有则 24 小时。"}},
          {.key = "days",
           .kind = KeyKind::list,
           .otherwise = {"every day", "每天"},
           .example = R"(["mon", "tue"])",
           .refused = {R"(["monday"])"},
           .says = {"On which days, by that clock: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, "
                    "`sun`.",
                    "星期几发送：`mon`、`tue`、`wed`、`thu`、`fri`、`sat`、`sun`。"}},
          {.key = "timezone",
           .kind = KeyKind::text,
           .otherwise = {"`[daemon] timezone`", "`[daemon] timezone`"},
           .example = R"("America/New_York")",
           .refused = {R"("Mars/Olympus")"},
           .says = {"Whose clock `at` and `days` go by.", "`at` 与 `days` 按哪个时区。"}},
          {.key = "title",
           .kind = KeyKind::people_text,
           .otherwise = {"全球财经 / Global finance", "全球财经 / Global finance"},
           .example = R"({ zh = "晨报", en = "Morning" })",
           .says = {"Of the message.", "消息的标题。"}},
      }};
}

}  // namespace foghorn
