// [channel.NAME]: who is told.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "alerts/channels/channel.hpp"
#include "daemon/config/secrets.hpp"
#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "net/url.hpp"

namespace foghorn {
namespace {

constexpr std::string_view secret_part = "…";

const Channel* read_type(TableReader& table) {
  const auto types = channel_types();
  if (!table.has("type")) table.refuse("the channel has no type", "write type = " + one_of(types));
  std::vector<std::pair<std::string_view, const Channel*>> choices;
  for (const auto type : types) choices.emplace_back(type, find_channel(type));
  return table.choice<const Channel*>("type", choices).value_or(nullptr);
}

/// Whether `target` is what the platform's own URL has behind its host.
bool has_form(std::string_view target, std::string_view form) {
  const auto path = form.substr(form.find('/', form.find("://") + 3));
  const auto secret = path.find(secret_part);
  if (secret == path.npos) return target == path;
  const auto after = path.substr(secret + secret_part.size());
  return target.starts_with(path.substr(0, secret)) && target.ends_with(after) &&
         target.size() > path.size() - secret_part.size();
}

/// A platform is at its own host: elsewhere a typing mistake would give a group's password away.
void check_url(TableReader& table, const ChannelFacts& facts, const Secret& secret) {
  const auto url = parse_url(secret.reveal());
  const auto key = table.has("url") ? "url" : "url_file";
  if (facts.hosts.empty() || url->loopback()) return;
  if (std::ranges::find(facts.hosts, url->host) == facts.hosts.end()) {
    table.refuse(key,
                 fmt::format("this URL leads to another host than {}, where {} is",
                             fmt::join(facts.hosts, " or "), facts.type),
                 "write the URL as the platform gave it, or the ca_file of what stands in for it");
  } else if (!has_form(url->target, facts.url)) {
    table.refuse(key, fmt::format("this is no URL of {}", facts.type),
                 fmt::format("write it like {}", facts.url));
  }
}

Secret read_url(TableReader& table, const Surroundings& around, const ChannelFacts* facts) {
  const bool has_default =
      facts && !facts->url.empty() && facts->url.find(secret_part) == std::string_view::npos;
  const auto url = secret_url_of(table, around, has_default ? facts->url : std::string_view{});
  if (!url) return {};
  if (facts && !table.has("ca_file")) check_url(table, *facts, *url);
  return *url;
}

std::string read_chat_id(TableReader& table, const Surroundings& around,
                         const ChannelFacts& facts) {
  constexpr std::string_view key = "chat_id";
  const auto text = table.text(key);
  if (text && facts.chat_id == Need::none)
    table.refuse(key, fmt::format("{} wants no chat_id", facts.type), "remove it");
  if (!text && !table.has(key) && facts.chat_id == Need::required)
    table.refuse(fmt::format("{} wants a chat_id", facts.type),
                 R"(write chat_id = "-1001234567890", the group's, or "@channelname")");
  if (!text) return {};
  return expand(table, key, *text, around.environment).value_or("");
}

/// Whom to call by name: an empty list says nobody.
std::vector<std::string> read_mentions(TableReader& table, const ChannelFacts& facts) {
  constexpr std::string_view key = "mentions";
  constexpr std::size_t most = 20;
  const auto& [fits, form, usual] = facts.mentions;
  const auto* written = table.node(key);
  if (!written) return usual.empty() ? std::vector<std::string>{} : std::vector{std::string{usual}};
  if (!fits) {
    table.refuse(key, fmt::format("{} calls nobody by name", facts.type), "remove it");
    return {};
  }
  if (const auto* list = written->as_array(); list && list->empty()) return {};
  std::vector<std::string> mentions;
  for (const auto& mention : table.words(key).value_or(std::vector<Located>{})) {
    if (!fits(mention.text))
      table.refuse(key, mention,
                   fmt::format("{} is nobody on {}", echoed(mention.text), facts.type),
                   fmt::format("write {}", form));
    mentions.push_back(mention.text);
  }
  if (mentions.size() > most)
    table.refuse(key, fmt::format("{} are too many to be called", mentions.size()),
                 fmt::format("name at most {}", most));
  return mentions;
}

/// "07:00" since midnight.
std::optional<std::chrono::minutes> clock_time(std::string_view text) {
  const auto digits = [&](std::size_t at) -> std::optional<int> {
    const char tens = text[at], ones = text[at + 1];
    if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return std::nullopt;
    return (tens - '0') * 10 + (ones - '0');
  };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = digits(0);
  const auto minutes = digits(3);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
}

std::optional<MuteHours> read_mute_hours(TableReader& table, const ChannelFacts* facts) {
  constexpr std::string_view key = "mute_hours";
  const auto text = table.located(key);
  if (!text) return std::nullopt;
  if (facts && facts->telling == Telling::firing) {
    table.refuse(key, *text, fmt::format("{} is kept up to date at all hours", facts->type),
                 "remove it, and use Alertmanager's own mute_time_intervals");
    return std::nullopt;
  }
  const std::string_view hours{text->text};
  const auto dash = hours.find('-');
  const auto from = clock_time(hours.substr(0, dash));
  const auto to = dash == hours.npos ? std::nullopt : clock_time(hours.substr(dash + 1));
  if (!from || !to) {
    table.refuse(key, *text,
                 fmt::format("{} is not a time of the day to another", echoed(text->text)),
                 "write \"23:00-07:00\"");
    return std::nullopt;
  }
  if (*from == *to) {
    table.refuse(key, *text, "these hours begin and end at one time",
                 "write \"23:00-07:00\", or remove the key");
    return std::nullopt;
  }
  return MuteHours{.from = *from, .to = *to};
}

std::string read_fallback(std::string_view name, TableReader& table,
                          const std::vector<std::string>& channels) {
  const auto fallback = table.located("fallback");
  if (!fallback) return {};
  if (fallback->text == name)
    table.refuse("fallback", *fallback, "a channel cannot stand in for itself",
                 "name another channel");
  else if (std::ranges::find(channels, fallback->text) == channels.end())
    table.refuse("fallback", *fallback, "there is no channel " + echoed(fallback->text),
                 instead_of(fallback->text, views_of(channels), "remove the key"));
  return fallback->text;
}

}  // namespace

ChannelConfig read_channel(std::string_view name, TableReader table, const Surroundings& around,
                           const std::vector<std::string>& channels, Language fallback_language) {
  ChannelConfig channel;
  channel.name = name;
  channel.at = table.here(name);
  const auto* type = read_type(table);
  const auto* facts = type ? &type->facts() : nullptr;
  channel.url = read_url(table, around, facts);
  if (facts) {
    channel.type = facts->type;
    channel.secret = secret_of(table, around, *facts).value_or(Secret{});
    channel.chat_id = read_chat_id(table, around, *facts);
    channel.mentions = read_mentions(table, *facts);
  } else {
    for (const std::string_view key : {"secret", "secret_file", "chat_id", "mentions"})
      table.node(key);
  }
  channel.ca_file = ca_file_of(table, around);
  channel.proxy = proxy_of(table, around).value_or(ProxyChoice{});
  channel.language = read_language(table).value_or(fallback_language);
  channel.mute = read_mute_hours(table, facts);
  channel.fallback = read_fallback(name, table, channels);
  table.refuse_unknown_keys();
  return channel;
}

}  // namespace foghorn
