#pragma once
// Configs that hold one key of the reference in surroundings that let it load.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/reference/reference.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {

/// A folder with every file that the reference's examples name.
class ReferenceFolder {
 public:
  ReferenceFolder() {
    write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
    write("ping.url", "http://127.0.0.1:9/ping\n");
    write("venue.key", "a-key\n");
    write("desk.url", "http://127.0.0.1:9/desk\n");
    write("desk.secret", "a-secret\n");
    std::filesystem::create_directory(folder_.path() / "templates");
    std::filesystem::copy_file(root / "alerts/templates/zh.toml",
                               folder_.path() / "templates/zh.toml");
    std::filesystem::copy_file(root / "daemon/config/calendars.toml",
                               folder_.path() / "calendars.toml");
  }

  ConfigOrMistakes read(const std::string& toml) const {
    return test::read(toml,
                      {{"PING_URL", "http://127.0.0.1:9/ping"},
                       {"VENUE_KEY", "a-key"},
                       {"DESK_URL", "http://127.0.0.1:9/desk"},
                       {"DESK_SECRET", "a-secret"}},
                      folder_.path() / "config.toml");
  }

 private:
  void write(const char* name, std::string_view text) {
    const auto file = folder_.path() / name;
    std::ofstream{file} << text;
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }

  inline static const std::filesystem::path root{FOGHORN_ROOT};
  TempDir folder_;
};

/// A table that loads: what stands before it, its header as a config has it, and its own lines.
struct Surrounded {
  std::string before, header;
  std::vector<std::pair<std::string, std::string>> lines{};
};

inline constexpr std::string_view other_channel =
    "[channel.other]\ntype = \"webhook\"\nurl = \"http://127.0.0.1:9/other\"\n";
inline constexpr std::string_view desk =
    "[channel.desk]\ntype = \"webhook\"\nurl = \"http://127.0.0.1:9/desk\"\n";
inline constexpr std::string_view pager =
    "[channel.pager]\ntype = \"alertmanager\"\nurl = \"http://127.0.0.1:9/pager\"\n";
inline constexpr std::string_view wti =
    "[feed.bybit]\n[instrument.WTI]\nunit = \"USD/bbl\"\nsources = [\"bybit:CLUSDT\"]\n";

inline Surrounded surroundings_of_channel(std::string_view key) {
  const bool by_secret = key.starts_with("secret");
  Surrounded table{std::string{other_channel},
                   "[channel.desk]",
                   {{"type", by_secret          ? "\"feishu\""
                             : key == "chat_id" ? "\"telegram\""
                                                : "\"wecom\""}}};
  if (key != "url_file") table.lines.emplace_back("url", "\"http://127.0.0.1:9/desk\"");
  return table;
}

inline Surrounded surroundings_of_instrument(std::string_view key) {
  if (key != "of" && key != "meetings" && key != "contracts")
    return {"[feed.bybit]\n", "[instrument.WTI]", {{"sources", R"(["bybit:CLUSDT"])"}}};
  return {"[instrument.ZQM6]\n[instrument.ZQN6]\n",
          "[instrument.FED]",
          {{"class", "\"fedwatch\""},
           {"of", "\"hold\""},
           {"meetings", R"(["2026-06-17"])"},
           {"contracts", R"({ "2026-06" = "ZQM6", "2026-07" = "ZQN6" })"}}};
}

inline Surrounded surroundings_of_rule(std::string_view key) {
  Surrounded table{std::string{desk} + std::string{wti} +
                       "[[rule]]\nid = \"other-rule\"\nwhen = \"last(WTI) > 90 USD/bbl\"\n",
                   "[[rule]]",
                   {{"id", "\"a-rule\""}, {"when", "\"abs(change(WTI, 24h)) >= 10%\""}}};
  if (key == "tiers" || key == "ratchet") {
    table.lines[1].second = "\"abs(change(WTI, 24h)) >= tier\"";
    table.lines.emplace_back("tiers", R"({ notice = "5%" })");
  }
  return table;
}

inline Surrounded surroundings_of_heartbeat(std::string_view key) {
  Surrounded table{std::string{desk}, "[heartbeat]", {{"channels", R"(["desk"])"}}};
  if (key != "every") table.lines.emplace_back("at", "\"09:00\"");
  if (key != "ping_url_file") table.lines.emplace_back("ping_url", "\"${PING_URL}\"");
  return table;
}

inline Surrounded surroundings_of(const TableEntry& table, const KeyEntry& entry) {
  if (table.header == "[channel.NAME]") return surroundings_of_channel(entry.key);
  if (table.header == "[instrument.ID]") return surroundings_of_instrument(entry.key);
  if (table.header == "[[rule]]") return surroundings_of_rule(entry.key);
  if (table.header == "[heartbeat]") return surroundings_of_heartbeat(entry.key);
  if (table.header == "[[digest]]")
    return {std::string{desk} + std::string{pager},
            "[[digest]]",
            {{"at", "\"07:30\""}, {"channels", R"(["desk"])"}}};
  if (table.header == "[feed.NAME]") {
    if (entry.key.starts_with("key"))
      return {"", "[feed.finnhub]",
              entry.key == "key" ? std::vector<std::pair<std::string, std::string>>{}
                                 : std::vector<std::pair<std::string, std::string>>{
                                       {"key_file", "\"venue.key\""}}};
    return {"", entry.key == "liquidation_size" ? "[feed.gate]" : "[feed.bybit]"};
  }
  return {std::string{desk}, std::string{table.header}};
}

/// `entry` with this value, last in the text; without it where there is none.
inline std::string text_with(const Surrounded& table, std::string_view key,
                             const std::optional<std::string>& value) {
  auto text = table.before + table.header + "\n";
  for (const auto& [name, set] : table.lines)
    if (name != key) text += name + " = " + set + "\n";
  if (value) text += std::string{key} + " = " + *value + "\n";
  return text;
}

}  // namespace foghorn::test
