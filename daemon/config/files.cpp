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

std::optional<std::string> unusable(std::string_view url, std::string_view scheme) {
  const auto parsed = parse_url(url);
  if (!parsed) return fmt::format("it is not an absolute {}:// URL", scheme);
  if (parsed->scheme == scheme) return std::nullopt;
  if (parsed->scheme != scheme.substr(0, scheme.size() - 1))
    return fmt::format("its scheme is {}, where {} is wanted", parsed->scheme, scheme);
  if (parsed->loopback()) return std::nullopt;
  return fmt::format("{}:// is not encrypted, and its host is not this machine", parsed->scheme);
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

std::optional<std::string> url_at(TableReader& table, std::string_view key, std::string_view scheme,
                                  bool may_be_empty) {
  const auto url = table.text(key, may_be_empty);
  if (!url || (may_be_empty && url->empty())) return url;
  if (url->find("${") != url->npos) {
    table.refuse(key,
                 "${…} is expanded only in a channel's url, a feed's key, in ca_file and in proxy",
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

}  // namespace foghorn
