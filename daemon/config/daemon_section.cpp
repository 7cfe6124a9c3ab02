// [daemon] and [engine].

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

#include "daemon/config/calendars.hpp"
#include "daemon/config/sections.hpp"
#include "daemon/config/template_files.hpp"
#include "daemon/config/wording.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;

bool numeric_address(const std::string& address) {
  in6_addr room{};
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    return inet_pton(AF_INET6, address.substr(1, address.size() - 2).c_str(), &room) == 1;
  return inet_pton(AF_INET, address.c_str(), &room) == 1;
}

bool loopback(const std::string& address) {
  return address.starts_with("127.") || address == "[::1]";
}

std::string read_http(TableReader& table, std::string fallback) {
  constexpr std::string_view key = "http";
  const auto written = table.text(key);
  if (!written) return fallback;
  const auto colon = written->rfind(':');
  const auto address = written->substr(0, colon);
  const auto digits = colon == written->npos ? std::string{} : written->substr(colon + 1);
  std::uint16_t port{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool has_port = error == std::errc{} && end == digits.data() + digits.size();
  if (!has_port || !numeric_address(address)) {
    table.refuse(key, echoed(*written) + " is not a numeric address and a port",
                 R"(write it like "127.0.0.1:9464" or "[::1]:9464")");
  } else if (!loopback(address)) {
    table.warn(key,
               fmt::format("everybody who reaches {} can read status, alerts and metrics",
                           echoed(*written)),
               R"(write "127.0.0.1:9464" unless that is wanted)");
  }
  return *written;
}

/// Where state belongs: under systemd in StateDirectory=, for a user among the user's own state.
fs::path default_data_dir(const Environment& environment) {
  const auto set = [&](const char* name) {
    auto value = environment(name).value_or("");
    return value.substr(0, value.find(':'));  // StateDirectory= may name several
  };
  if (const auto state = set("STATE_DIRECTORY"); !state.empty()) return state;
  if (const auto state = set("XDG_STATE_HOME"); !state.empty()) return fs::path{state} / "foghorn";
  if (const auto home = set("HOME"); !home.empty()) return fs::path{home} / ".local/state/foghorn";
  return "/var/lib/foghorn";
}

fs::path read_control(TableReader& table, const Surroundings& around, const fs::path& data_dir) {
  const auto written = path_at(table, "control", around);
  auto control = written.value_or(data_dir / "control.sock");
  // The kernel's limit for a Unix socket's path, its closing zero included.
  constexpr auto limit = sizeof(sockaddr_un::sun_path) - 1;
  if (control.native().size() <= limit) return control;
  const auto what = fmt::format("{} has {} bytes, and a socket's path at most {}",
                                echoed(control.string()), control.native().size(), limit);
  constexpr std::string_view remedy =
      "write control = \"/run/foghorn/control.sock\" or another short path";
  if (written)
    table.refuse("control", what, std::string{remedy});
  else
    table.warn("control", what, std::string{remedy});  // replay and check need no socket
  return control;
}

/// The calendars of the file at `calendars`: none where it has a mistake; null where there is no
/// such key.
std::shared_ptr<const Calendars> read_calendars(TableReader& table, const Surroundings& around) {
  constexpr std::string_view key = "calendars";
  constexpr std::string_view remedy =
      "name a file like the built-in calendars.toml, or remove the key";
  if (!table.has(key)) {
    table.node(key);
    return nullptr;
  }
  Calendars calendars;
  if (const auto path = path_at(table, key, around)) {
    const auto [text, trouble] = read_file(*path);
    auto read = Calendars::read(text, *path);
    if (!trouble.empty())
      table.refuse(key, trouble, std::string{remedy});
    else if (auto* mistakes = std::get_if<std::vector<Mistake>>(&read))
      table.add(std::move(*mistakes));
    else if (calendars = std::get<Calendars>(std::move(read)); calendars.all().empty())
      table.refuse(key, echoed(path->string()) + " holds no calendar", std::string{remedy});
  }
  return std::make_shared<Calendars>(std::move(calendars));
}

}  // namespace

// A name such as "Asia/Shanghai" leads to a file of the time zone database.
void check_timezone(TableReader& table, const std::string& name) {
  if (name == "UTC") return;
  const bool tame = !name.starts_with('/') && name.find("..") == name.npos;
  std::array<char, 4> magic{};
  if (tame) std::ifstream{fs::path{"/usr/share/zoneinfo"} / name}.read(magic.data(), magic.size());
  if (std::string_view{magic.data(), magic.size()} != "TZif")
    table.refuse("timezone", fmt::format("this machine knows no time zone {}", echoed(name)),
                 R"(write a name like "Asia/Shanghai" or "UTC" (apt install tzdata has them all))");
}

std::optional<Language> read_language(TableReader& table) {
  static constexpr std::array<std::pair<std::string_view, Language>, 2> languages{
      {{"zh", Language::zh}, {"en", Language::en}}};
  return table.choice<Language>("language", languages);
}

std::vector<std::string> read_channel_names(TableReader& table, std::string_view key,
                                            const std::vector<std::string>& channels) {
  std::vector<std::string> names;
  for (const auto& name : table.words(key).value_or(std::vector<Located>{})) {
    names.push_back(name.text);
    if (std::ranges::find(channels, name.text) == channels.end())
      table.refuse(
          key, name, "there is no channel " + echoed(name.text),
          instead_of(name.text, views_of(channels),
                     fmt::format("add a [channel.{}] table, or remove the name", name.text)));
  }
  return names;
}

DaemonSpec read_daemon(TableReader table, const Surroundings& around,
                       const std::vector<std::string>& channels) {
  static constexpr std::array<std::pair<std::string_view, LogLevel>, 4> levels{
      {{"debug", LogLevel::debug},
       {"info", LogLevel::info},
       {"warn", LogLevel::warn},
       {"error", LogLevel::error}}};
  DaemonSpec daemon;
  daemon.http = read_http(table, daemon.http);
  const auto data_dir = path_at(table, "data_dir", around);
  daemon.data_dir = data_dir.value_or(default_data_dir(around.environment));
  daemon.control = read_control(table, around, daemon.data_dir);
  daemon.language = read_language(table).value_or(daemon.language);
  if (const auto name = table.text("timezone")) {
    check_timezone(table, *name);
    daemon.timezone = *name;
  }
  daemon.log = table.choice<LogLevel>("log", levels).value_or(daemon.log);
  daemon.notices = read_channel_names(table, "notices", channels);
  daemon.templates = read_templates(table, around);
  table.refuse_unknown_keys();
  return daemon;
}

EngineSpec read_engine(TableReader table, const Surroundings& around) {
  using namespace std::chrono_literals;
  static constexpr std::array<std::pair<std::string_view, EngineClock>, 2> clocks{
      {{"arrival", EngineClock::arrival}, {"events", EngineClock::events}}};
  EngineSpec engine;
  engine.clock = table.choice<EngineClock>("clock", clocks).value_or(engine.clock);
  engine.heartbeat = table.duration("heartbeat", 100ms).value_or(engine.heartbeat);
  engine.max_skew = table.duration("max_skew").value_or(engine.max_skew);
  engine.max_lag = table.duration("max_lag").value_or(engine.max_lag);
  engine.calendars = read_calendars(table, around);
  table.refuse_unknown_keys();
  return engine;
}

}  // namespace foghorn
