#include "daemon/config/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <system_error>

#include "daemon/config/wording.hpp"
#include "net/url.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;

/// More than any config, URL or CA bundle of ours holds: what is larger was named by accident.
constexpr std::size_t largest_file = 4 << 20;

/// `text` with every ${NAME} replaced.
std::optional<std::string> expand(TableReader& table, std::string_view key, std::string_view text,
                                  const Environment& environment) {
  std::string expanded;
  while (!text.empty()) {
    const auto dollar = std::min(text.find("${"), text.size());
    expanded += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) break;
    const auto end = text.find('}');
    const auto name = end == text.npos ? std::string{} : std::string{text.substr(2, end - 2)};
    constexpr auto letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    if (name.empty() || name.find_first_not_of(letters) != name.npos) {
      table.refuse(key, "${ begins a variable's name, and no name and } follow",
                   "write it like \"${WECOM_URL}\"");
      return std::nullopt;
    }
    const auto value = environment(name);
    if (!value || value->empty()) {
      table.refuse(
          key, fmt::format("the environment variable {} is {}", name, value ? "empty" : "not set"),
          fmt::format("set {} where the daemon is started", name));
      return std::nullopt;
    }
    expanded += *value;
    text.remove_prefix(end + 1);
  }
  return expanded;
}

/// Whether `url` may be used where `scheme` is wanted; otherwise why not, in a phrase without any
/// of it.
std::optional<std::string> unusable(std::string_view url, std::string_view scheme) {
  const auto parsed = parse_url(url);
  if (!parsed) return fmt::format("it is not an absolute {}:// URL", scheme);
  if (parsed->scheme == scheme) return std::nullopt;
  if (parsed->scheme != scheme.substr(0, scheme.size() - 1))
    return fmt::format("its scheme is {}, where {} is wanted", parsed->scheme, scheme);
  if (parsed->loopback()) return std::nullopt;
  return fmt::format("{}:// is not encrypted, and its host is not this machine", parsed->scheme);
}

std::optional<Secret> url_in_file(TableReader& table, const Surroundings& around) {
  constexpr std::string_view key = "url_file";
  const auto name = table.text(key);
  if (!name) return std::nullopt;
  // A secret in the wrong place must not be echoed: what looks like a URL, or like a part of one,
  // is no file name.
  constexpr std::array<std::string_view, 5> marks{"://", "?", "key=", "hooks.slack.com", "qyapi."};
  const auto marked = [&](std::string_view mark) { return name->find(mark) != name->npos; };
  if (std::any_of(marks.begin(), marks.end(), marked)) {
    table.refuse(key, "this is a URL, not a file",
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
    table.refuse(key, there ? "this file cannot be read" : "there is no such file",
                 "put the channel's URL into it and let the daemon's user read it");
    return std::nullopt;
  }
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  if (const auto why = unusable(text, "https")) {
    table.refuse(key, fmt::format("what {} holds cannot be used: {}", echoed(file.string()), *why),
                 "let it hold the channel's https:// URL on one line and nothing else");
    return std::nullopt;
  }
  std::error_code error;
  if ((fs::status(file, error).permissions() & fs::perms::others_read) != fs::perms::none)
    table.warn(
        key,
        fmt::format("every user of this machine can read the secret in {}", echoed(file.string())),
        "chmod 600 " + file.string());
  return Secret{std::move(text)};
}

}  // namespace

ReadFile read_file(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (!fs::exists(status))
    return {.text = {}, .trouble = "there is no file " + echoed(file.string())};
  if (fs::is_directory(status))
    return {.text = {}, .trouble = echoed(file.string()) + " is a folder"};
  std::ifstream stream{file, std::ios::binary};
  if (!stream) return {.text = {}, .trouble = echoed(file.string()) + " cannot be read"};
  std::string text;
  char buffer[4096];
  while (stream.read(buffer, sizeof buffer) || stream.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(stream.gcount()));
    if (text.size() > largest_file)
      return {.text = {}, .trouble = echoed(file.string()) + " is too large"};
  }
  return {.text = std::move(text), .trouble = {}};
}

std::optional<fs::path> path_at(TableReader& table, std::string_view key,
                                const Surroundings& around) {
  const auto text = table.text(key);
  if (!text) return std::nullopt;
  const auto expanded = expand(table, key, *text, around.environment);
  if (!expanded) return std::nullopt;
  if (expanded->starts_with('~')) {
    table.refuse(key, "~ is the shell's word, nobody expands it here",
                 "write the whole path, like \"/home/me/…\"");
    return std::nullopt;
  }
  return around.folder / *expanded;
}

fs::path ca_file_of(TableReader& table, const Surroundings& around) {
  constexpr std::string_view key = "ca_file";
  const auto file = path_at(table, key, around);
  if (!file) return {};
  const auto [text, trouble] = read_file(*file);
  if (!trouble.empty())
    table.refuse(key, trouble,
                 "name a PEM file that the daemon's user can read, or remove the key");
  else if (text.find("-----BEGIN ") == text.npos)
    table.refuse(key, echoed(file->string()) + " holds no certificate in PEM form",
                 "name a file with -----BEGIN CERTIFICATE-----");
  return *file;
}

std::optional<Secret> secret_url_of(TableReader& table, const Surroundings& around) {
  constexpr std::string_view key = "url";
  constexpr std::string_view ways = R"(write url_file = "FILE" or url = "${VARIABLE}")";
  if (!table.has("url_file") && !table.has(key)) {
    table.refuse("the channel has no url", std::string{ways});
    table.node("url_file");
    table.node(key);
    return std::nullopt;
  }
  const auto from_file = url_in_file(table, around);
  const auto text = table.text(key);
  if (table.has("url_file") && table.has(key)) {
    table.refuse(key, "the channel has a url_file as well", "remove one of the two");
    return std::nullopt;
  }
  if (!text) return from_file;
  const auto url = expand(table, key, *text, around.environment);
  if (!url) return std::nullopt;
  if (const auto why = unusable(*url, "https")) {
    table.refuse(key, "this URL cannot be used: " + *why,
                 "write https:// and the rest as the platform gave it");
    return std::nullopt;
  }
  if (*url == *text && !parse_url(*url)->loopback())
    table.warn(key, "the secret stands in the config, for everybody who reads it",
               std::string{ways});
  return Secret{*url};
}

std::optional<std::string> url_at(TableReader& table, std::string_view key, std::string_view scheme,
                                  bool may_be_empty) {
  const auto url = table.text(key, may_be_empty);
  if (!url || (may_be_empty && url->empty())) return url;
  if (url->find("${") != url->npos) {
    table.refuse(key, "${…} is expanded only in a channel's url, in ca_file and in proxy",
                 "write the URL itself");
    return std::nullopt;
  }
  if (const auto why = unusable(*url, scheme)) {
    table.refuse(key, fmt::format("{} cannot be used: {}", echoed(*url), *why),
                 fmt::format("write it like \"{}://host/path\"", scheme));
    return std::nullopt;
  }
  return url;
}

void refuse_proxy(TableReader& table) {
  if (const auto proxy = table.text("proxy", true); proxy && !proxy->empty())
    table.refuse("proxy", "this version has no proxies yet", "remove the key");
}

}  // namespace foghorn
