// [channel.NAME]: who is told.

#include <fmt/format.h>

#include <algorithm>

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
  } else {
    for (const std::string_view key : {"secret", "secret_file", "chat_id"}) table.node(key);
  }
  channel.ca_file = ca_file_of(table, around);
  channel.proxy = proxy_of(table, around).value_or(ProxyChoice{});
  channel.language = read_language(table).value_or(fallback_language);
  channel.fallback = read_fallback(name, table, channels);
  table.refuse_unknown_keys();
  return channel;
}

}  // namespace foghorn
