#pragma once
// A channel's type: a chat platform's webhook. Facts and pure functions; no state, no network, no
// clock.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/channels/zone.hpp"
#include "model/alert_event.hpp"
#include "model/secret.hpp"

namespace foghorn {

/// How often a platform lets one webhook speak.
struct Quota {
  std::size_t sends{};    ///< in any `window`, for whatever there is to say
  std::size_t reserve{};  ///< so many more for what is critical
  Duration window{};
  Duration penalty{};  ///< the least silence after the platform said "too often"
  Duration apart{};    ///< the least time between two of them
};

/// Whether a key of a channel's table has to be there.
enum class Need : std::uint8_t { none, optional, required };

/// What a channel may know beside its URL: a key that signs, or that names the account.
struct SecretFacts {
  Need need{};
  std::string_view form{};                         ///< for people: what it looks like
  bool (*fits)(std::string_view secret){nullptr};  ///< null where `need` is none
};

/// Whom a platform lets a message call by name.
struct MentionFacts {
  bool (*fits)(std::string_view mention){nullptr};  ///< null: nobody
  std::string_view form{};                          ///< for people: what they look like
  std::string_view usual{};  ///< who is called where the config does not say; empty: nobody
};

/// What a later event of an episode makes of those before it that have not arrived.
enum class Telling : std::uint8_t {
  together,    ///< takes them along: one message tells them all
  one_by_one,  ///< waits its turn: a program reads them, and counts on each
  firing,      ///< is told by what is firing now, again and again until it is over
};

/// How a message tells its events.
enum class Form : std::uint8_t {
  alert,   ///< in full: what moved, from what to what, who agrees
  digest,  ///< each on a line of its own
};

class Templates;

struct ChannelFacts {
  std::string_view type{};  ///< in channels.def and config.toml
  /// Of the platform: a URL elsewhere needs a ca_file or loopback. None: whoever receives it.
  std::span<const std::string_view> hosts{};
  /// What its URLs look like, "…" standing for what is secret. Without a "…" it is what an absent
  /// URL means.
  std::string_view url{};
  SecretFacts secret{};
  Need chat_id{};  ///< which of its groups
  MentionFacts mentions{};
  Telling telling{};
  Quota quota{};
  std::span<const std::string_view> reasons{};  ///< of judge(), beside common_reasons()
};

/// Where messages go, and as whom.
struct Address {
  std::string channel{};  ///< its name in config.toml
  Secret url{};
  Secret secret{};  ///< empty: none
  std::string chat_id{};
  std::vector<std::string> mentions{};  ///< whom to call by name for what is critical

  friend bool operator==(const Address&, const Address&) = default;
};

/// Hours of the day, by the clock of the reader's zone, that hold back notices until they are over;
/// never what is major or critical. `from` after `to` spans midnight.
struct MuteHours {
  std::chrono::minutes from{};  ///< since midnight
  std::chrono::minutes to{};

  friend bool operator==(const MuteHours&, const MuteHours&) = default;
};

struct RenderOptions {
  Language language{Language::zh};
  Timestamp now{};               ///< of the attempt, by the wall clock: signatures hold for minutes
  const Zone* zone{};            ///< of times in messages; null: Beijing's for zh, UTC for en
  const Templates* templates{};  ///< null: the built-in ones
  Form form{Form::alert};
  std::set<std::string, std::less<>> late{};  ///< ids of the events that are told too late
  bool catch_up{};        ///< of what an earlier life of the daemon left behind: 补报
  bool maybe_repeated{};  ///< the reader may have had this message already, or a part of it
  bool unsaved{};         ///< the store could not take it: a restart may repeat it
  bool shorter{};         ///< the platform found the last rendering too long
};

struct ChannelRequest {
  std::string method{"POST"};
  Secret url{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::size_t told{};  ///< so many of the events, from the front, are named in it; at least one
};

/// What became of an attempt, as the platform's answer says.
struct Delivery {
  enum class Verdict : std::uint8_t {
    delivered,
    retry,
    refused,
    unknown,  ///< the answer was cut off: the reader may have it
    shorten,  ///< too long: render it shorter
  };
  Verdict verdict{};
  std::string_view reason{};  ///< of reasons_of(channel); a metric's label; empty where delivered
  Duration asked_wait{};      ///< the platform asked for at least this; zero: it did not
  int most_tries{};           ///< refused after so many answers of this sort; 0: never
  bool too_often{};           ///< the platform's quota is used up
  bool channel_is_dead{};     ///< refused, and any other message would be

  friend bool operator==(const Delivery&, const Delivery&) = default;
};

class Channel {
 public:
  virtual ~Channel() = default;

  virtual const ChannelFacts& facts() const = 0;

  /// The request that tells `events`, at least one, in order: with several of one episode the last
  /// is the news and those before it did not arrive. Where the channel's telling is one_by_one
  /// there is one. Fits the platform's limits whatever the events hold; `told` says for how many of
  /// them that left room. What is told is named whole: title, tier, kind and id on one line.
  virtual ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                                const RenderOptions& options) const = 0;

  /// Judges a whole answer. Retry-After is not looked at: it means the same everywhere.
  virtual Delivery judge(int status, std::string_view body) const = 0;
};

/// The channel type of that name in channels.def, or null.
const Channel* find_channel(std::string_view type);

/// In the order of channels.def.
std::vector<std::string_view> channel_types();

/// Every reason that the channel's judge() gives: closed, for metrics.
std::vector<std::string_view> reasons_of(const Channel& channel);

}  // namespace foghorn
