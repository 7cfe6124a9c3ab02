#include "daemon/config/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <system_error>

#include "daemon/config/wording.hpp"
#include "net/url.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;

/// What the keys of a secret are called, and it itself: "url_file", "the channel's URL".
struct Kind {
  std::string_view file_key;
  std::string_view called;
};

struct FromFile {
  std::string text;
  fs::path file;
};

/// The content of the file that is named, without the blanks at its end; with a warning where
/// every user may read it.
std::optional<FromFile> from_file(TableReader& table, const Surroundings& around, Kind kind) {
  const auto name = table.text(kind.file_key);
  if (!name) return std::nullopt;
  // A secret in the wrong place must not be echoed: what looks like a URL, or like a part of one,
  // is no file name.
  constexpr std::array<std::string_view, 5> marks{"://", "?", "key=", "hooks.slack.com", "qyapi."};
  const auto marked = [&](std::string_view mark) { return name->find(mark) != name->npos; };
  if (std::ranges::any_of(marks, marked)) {
    table.refuse(kind.file_key, "this is a URL, not a file",
                 "write the URL into a file and name the file here");
    return std::nullopt;
  }
  // systemd puts what LoadCredential= names into a folder of its own.
  const auto credentials = around.environment("CREDENTIALS_DIRECTORY");
  std::error_code ignored;
  const bool given = credentials && fs::exists(fs::path{*credentials} / *name, ignored);
  const auto file = (given ? fs::path{*credentials} : around.folder) / *name;
  auto [text, trouble] = read_file(file);
  if (!trouble.empty()) {
    // The name is not told: somebody may have written the secret itself here.
    const bool there = fs::exists(file, ignored);
    table.refuse(kind.file_key, there ? "this file cannot be read" : "there is no such file",
                 fmt::format("put {} into it and let the daemon's user read it", kind.called));
    return std::nullopt;
  }
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return FromFile{std::move(text), file};
}

void warn_if_readable(TableReader& table, std::string_view key, const fs::path& file) {
  std::error_code error;
  if ((fs::status(file, error).permissions() & fs::perms::others_read) != fs::perms::none)
    table.warn(
        key,
        fmt::format("every user of this machine can read the secret in {}", echoed(file.string())),
        "chmod 600 " + file.string());
}

/// A secret URL as config.toml may give it: by itself, or in a file.
struct UrlWords {
  std::string_view key;       ///< "url"
  std::string_view file_key;  ///< "url_file"
  std::string_view owner;     ///< "the channel"
  std::string_view called;    ///< "the channel's URL"
  std::string_view kind;      ///< "the channel's https:// URL"
  std::string_view ways;
};

constexpr UrlWords channel_url{.key = "url",
                               .file_key = "url_file",
                               .owner = "the channel",
                               .called = "the channel's URL",
                               .kind = "the channel's https:// URL",
                               .ways = R"(write url_file = "FILE" or url = "${VARIABLE}")"};
constexpr UrlWords ping_url{.key = "ping_url",
                            .file_key = "ping_url_file",
                            .owner = "the heartbeat",
                            .called = "the URL to call",
                            .kind = "the service's https:// URL",
                            .ways = R"(write ping_url_file = "FILE" or ping_url = "${VARIABLE}")"};

std::optional<Secret> url_in_file(TableReader& table, const Surroundings& around,
                                  const UrlWords& words) {
  const auto key = words.file_key;
  auto found = from_file(table, around, {key, words.called});
  if (!found) return std::nullopt;
  if (const auto why = unusable(found->text, "https")) {
    table.refuse(
        key, fmt::format("what {} holds cannot be used: {}", echoed(found->file.string()), *why),
        fmt::format("let it hold {} on one line and nothing else", words.kind));
    return std::nullopt;
  }
  warn_if_readable(table, key, found->file);
  return Secret{std::move(found->text)};
}

/// From either, which are both asked for; refused where both are there.
std::optional<Secret> url_in_either(TableReader& table, const Surroundings& around,
                                    const UrlWords& words) {
  const auto key = words.key;
  const auto in_file = url_in_file(table, around, words);
  const auto text = table.text(key);
  if (table.has(words.file_key) && table.has(key)) {
    table.refuse(key, fmt::format("{} has a {} as well", words.owner, words.file_key),
                 "remove one of the two");
    return std::nullopt;
  }
  if (!text) return in_file;
  const auto url = expand(table, key, *text, around.environment);
  if (!url) return std::nullopt;
  if (const auto why = unusable(*url, "https")) {
    table.refuse(key, "this URL cannot be used: " + *why,
                 "write https:// and the rest as the platform gave it");
    return std::nullopt;
  }
  if (*url == *text && !parse_url(*url)->loopback())
    table.warn(key, "the secret stands in the config, for everybody who reads it",
               std::string{words.ways});
  return Secret{*url};
}

/// A key goes into headers, URLs and JSON: one line of plain characters.
bool usable_key(std::string_view key) {
  return !key.empty() && key.size() <= 4096 && std::ranges::all_of(key, [](unsigned char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  });
}

/// A key as config.toml may give it: by itself, or in a file.
struct KeyWords {
  std::string_view key;       ///< "key"
  std::string_view file_key;  ///< "key_file"
  std::string_view owner;     ///< "the feed"
  std::string_view called;    ///< "the venue's key"
  std::string_view noun;      ///< "key"

  std::string ways() const {
    return fmt::format(R"(write {} = "FILE" or {} = "${{VARIABLE}}")", file_key, key);
  }
};

constexpr KeyWords venue_key{"key", "key_file", "the feed", "the venue's key", "key"};
constexpr KeyWords channel_secret{"secret", "secret_file", "the channel", "the channel's secret",
                                  "secret"};

std::optional<Secret> key_in_file(TableReader& table, const Surroundings& around,
                                  const KeyWords& words) {
  auto found = from_file(table, around, {words.file_key, words.called});
  if (!found) return std::nullopt;
  if (!usable_key(found->text)) {
    table.refuse(words.file_key,
                 fmt::format("what {} holds is no {}", echoed(found->file.string()), words.noun),
                 fmt::format("let it hold the {} on one line and nothing else", words.noun));
    return std::nullopt;
  }
  warn_if_readable(table, words.file_key, found->file);
  return Secret{std::move(found->text)};
}

std::optional<Secret> key_in_config(TableReader& table, const Surroundings& around,
                                    const KeyWords& words) {
  const auto text = table.text(words.key);
  if (!text) return std::nullopt;
  auto expanded = expand(table, words.key, *text, around.environment);
  if (!expanded) return std::nullopt;
  if (!usable_key(*expanded)) {
    table.refuse(words.key, fmt::format("this is no {}", words.noun),
                 "write it as it was given, on one line");
    return std::nullopt;
  }
  if (*expanded == *text)
    table.warn(words.key, "the secret stands in the config, for everybody who reads it",
               words.ways());
  return Secret{std::move(*expanded)};
}

/// From either, which are both asked for; refused where both are there.
std::optional<Secret> key_in_either(TableReader& table, const Surroundings& around,
                                    const KeyWords& words) {
  auto in_file = key_in_file(table, around, words);
  auto in_config = key_in_config(table, around, words);
  if (!table.has(words.key)) return in_file;
  if (!table.has(words.file_key)) return in_config;
  table.refuse(words.key, fmt::format("{} has a {} as well", words.owner, words.file_key),
               "remove one of the two");
  return std::nullopt;
}

void refuse_either(TableReader& table, const KeyWords& words, std::string_view who) {
  for (const auto key : {words.key, words.file_key})
    if (table.node(key))
      table.refuse(key, fmt::format("{} wants no {}", who, words.noun), "remove it");
}

std::optional<ProxyChoice> environment_proxy(TableReader& table, const Surroundings& around) {
  try {
    return ProxyChoice::from_environment(around.environment);
  } catch (const std::invalid_argument& wrong) {
    // The same for every feed and channel: told once, without a place.
    table.add({{.file = table.here({}).file,
                .line = 0,
                .column = 0,
                .place = "proxy",
                .what = wrong.what(),
                .remedy = R"(set another, or write proxy = "none" where none is wanted)"}});
    return std::nullopt;
  }
}

}  // namespace

std::optional<Secret> secret_url_of(TableReader& table, const Surroundings& around,
                                    std::string_view otherwise) {
  const auto& words = channel_url;
  if (table.has(words.file_key) || table.has(words.key)) return url_in_either(table, around, words);
  table.node(words.file_key);
  table.node(words.key);
  if (!otherwise.empty()) return Secret{std::string{otherwise}};
  table.refuse("the channel has no url", std::string{words.ways});
  return std::nullopt;
}

std::optional<Secret> ping_url_of(TableReader& table, const Surroundings& around) {
  return url_in_either(table, around, ping_url);
}

std::optional<Secret> secret_of(TableReader& table, const Surroundings& around,
                                const ChannelFacts& facts) {
  const auto& words = channel_secret;
  const bool given = table.has(words.key) || table.has(words.file_key);
  if (facts.secret.need == Need::none) {
    refuse_either(table, words, facts.type);
    return std::nullopt;
  }
  if (!given && facts.secret.need == Need::required)
    table.refuse(fmt::format("{} wants a secret: {}", facts.type, facts.secret.form), words.ways());
  auto secret = key_in_either(table, around, words);
  if (secret && !facts.secret.fits(secret->reveal())) {
    table.refuse(table.has(words.key) ? words.key : words.file_key,
                 fmt::format("this is no secret of {}", facts.type),
                 fmt::format("write {}", facts.secret.form));
    return std::nullopt;
  }
  return secret;
}

std::optional<Secret> key_of(TableReader& table, const Surroundings& around, const Venue& venue) {
  const auto& words = venue_key;
  if (!venue.needs_key()) {
    refuse_either(table, words, venue.name());
    return std::nullopt;
  }
  if (!table.has(words.key) && !table.has(words.file_key))
    table.refuse(fmt::format("{} wants a key of yours", venue.name()), words.ways());
  return key_in_either(table, around, words);
}

std::optional<ProxyChoice> proxy_of(TableReader& table, const Surroundings& around) {
  constexpr std::string_view key = "proxy";
  if (!table.has(key)) {
    table.node(key);
    return environment_proxy(table, around);
  }
  const auto text = table.text(key);
  if (!text) return std::nullopt;
  if (*text == "none") return ProxyChoice{};
  const auto expanded = expand(table, key, *text, around.environment);
  if (!expanded) return std::nullopt;
  auto proxy = parse_proxy(*expanded);
  if (!proxy) {
    // Not a character of it is told: passwords stand in odd places of a URL that is none.
    table.refuse(key, "this is no proxy's URL",
                 R"(write "http://host:port", "socks5://host:port", or "none" for no proxy)");
    return std::nullopt;
  }
  if (*expanded == *text && !proxy->password.empty())
    table.warn(key, "the proxy's password stands in the config, for everybody who reads it",
               R"(write it as "http://user:${VARIABLE}@host:port")");
  return ProxyChoice{std::move(*proxy)};
}

}  // namespace foghorn
