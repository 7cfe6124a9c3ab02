#pragma once
// config.toml, read and checked: what the daemon is to do, or every mistake that was found on the
// way. Opens no socket and starts nothing; reads only the files that the config names.

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "feeds/venues/venue.hpp"
#include "model/events.hpp"
#include "model/result.hpp"
#include "model/secret.hpp"
#include "model/specs.hpp"
#include "model/text.hpp"
#include "model/time.hpp"
#include "net/proxy.hpp"
#include "rules/expression.hpp"

namespace foghorn {

class Calendars;
class Templates;

enum class LogLevel : std::uint8_t { debug, info, warn, error };

struct DaemonSpec {
  std::string http{"127.0.0.1:9464"};  ///< a numeric address and a port; port 0: any free one
  std::filesystem::path data_dir;      ///< absolute, or relative to where the daemon was started
  std::filesystem::path control;       ///< the Unix socket; default: data_dir/control.sock
  Language language{Language::zh};
  std::string timezone{"Asia/Shanghai"};  ///< a name of the system's time zone database
  LogLevel log{LogLevel::info};
  std::vector<std::string> notices{};  ///< channels where the daemon speaks of itself and its data
  std::shared_ptr<const Templates> templates{};  ///< of messages; null: the built-in ones

  friend bool operator==(const DaemonSpec&, const DaemonSpec&) = default;
};

struct EngineSpec {
  EngineClock clock{EngineClock::arrival};
  Duration heartbeat{std::chrono::seconds{1}};
  Duration max_skew{std::chrono::seconds{5}};
  Duration max_lag{std::chrono::seconds{60}};
  std::shared_ptr<const Calendars> calendars{};  ///< that instruments name; null: the built-in ones

  friend bool operator==(const EngineSpec&, const EngineSpec&) = default;
};

/// Raw frames to disk, for `foghorn replay --capture`.
struct CaptureSpec {
  bool enabled{};
  std::filesystem::path dir;            ///< default: data_dir/capture
  std::uint64_t max_bytes{2ull << 30};  ///< of all files in it; the oldest go first
  Duration rotate{std::chrono::hours{1}};

  friend bool operator==(const CaptureSpec&, const CaptureSpec&) = default;
};

/// How the daemon's own silence is noticed. The times are counted from midnight by the reader's
/// clock: every `every`, and `at` later.
struct HeartbeatSpec {
  std::vector<std::string> channels{};  ///< that a message goes to; none: no message
  Duration every{};                     ///< above zero where there are channels
  Duration at{};
  Secret ping_url{};  ///< called with GET, for a service that counts on it; empty: none
  Duration ping_every{std::chrono::minutes{5}};
  Duration ping_at{};
  std::filesystem::path ca_file{};  ///< of ping_url; empty: the system's CAs
  ProxyChoice proxy{};              ///< likewise

  friend bool operator==(const HeartbeatSpec&, const HeartbeatSpec&) = default;
};

/// The section, sent to channels at a time of the day.
struct DigestSpec {
  Duration at{};                        ///< since midnight, by the clock of `timezone`
  std::array<bool, 7> days{};           ///< of the week on which it is due; Sunday is 0
  std::vector<std::string> channels{};  ///< at least one
  /// How much it tells; nullopt: what came since the last one that all its channels got.
  std::optional<std::chrono::hours> hours{};
  std::string timezone{};  ///< empty: DaemonSpec's
  Text title{};            ///< empty: one of ours
  Located place{};         ///< its table; text is `at` as it was written

  friend bool operator==(const DigestSpec&, const DigestSpec&) = default;
};

struct FeedSpec {
  std::string name;  ///< the venue's
  bool enabled{true};
  std::string url;                        ///< empty: the venue's own
  std::optional<std::string> rest_url;    ///< nullopt: the venue's own; empty: no REST
  std::filesystem::path ca_file;          ///< empty: the system's CAs
  ProxyChoice proxy;                      ///< for both; none of a feed that is switched off
  Secret key;                             ///< of a venue that wants one, as of proxy
  std::vector<std::string> liquidations;  ///< venue symbols, or only "*"
  bool liquidation_size_is_order{};       ///< see FeedRequest
  PriceKind price{PriceKind::trade};
  bool delayed{};
  Located at;  ///< its table; text is the name

  friend bool operator==(const FeedSpec&, const FeedSpec&) = default;
};

struct ChannelConfig {
  std::string name;
  std::string type;     ///< of channels.def: "wecom", "slack"
  Secret url;           ///< for the request alone, never for a log, status or metric
  Secret secret;        ///< likewise; empty: none
  std::string chat_id;  ///< empty: none
  std::vector<std::string> mentions{};  ///< called by name for what is critical; empty: nobody
  std::filesystem::path ca_file;        ///< empty: the system's CAs
  ProxyChoice proxy;
  Language language{Language::zh};
  std::optional<MuteHours> mute{};  ///< by the clock of DaemonSpec::timezone
  std::string fallback;             ///< another channel; empty: none
  Located at;                       ///< its table; text is the name

  friend bool operator==(const ChannelConfig&, const ChannelConfig&) = default;
};

struct Config {
  std::filesystem::path file;
  DaemonSpec daemon;
  EngineSpec engine;
  CaptureSpec capture;
  HeartbeatSpec heartbeat{};
  std::vector<DigestSpec> digests{};
  std::vector<InstrumentSpec>
      instruments;  ///< in the file's order, as all below; no sources of switched-off feeds
  std::vector<FeedSpec> feeds;
  std::vector<ChannelConfig> channels;
  std::vector<RuleSpec> rules;
  std::vector<Mistake>
      warnings;  ///< what loads, but wants a look: a secret that every user may read, and what
                 ///< nobody has checked yet of a venue (Venue::caveats)

  friend bool operator==(const Config&, const Config&) = default;
};

/// The value of an environment variable; nullopt where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

using ConfigOrMistakes = std::variant<Config, std::vector<Mistake>>;

/// Reads `file`. Mistakes come in the file's order, all of them; none holds a secret. Throws
/// nothing for what a person wrote.
ConfigOrMistakes load_config(const std::filesystem::path& file, const Environment& environment);

/// The same for a text that is to be taken as the content of `file`: mistakes name it, and paths
/// within the text are relative to its folder.
ConfigOrMistakes read_config(std::string_view toml_text, const std::filesystem::path& file,
                             const Environment& environment);

/// What `foghorn run` needs beyond what replay needs: empty, or why this config has nothing to run.
std::vector<Mistake> missing_for_run(const Config& config);

/// One warning for each calendar in use whose holidays are known for less than 60 days from `now`.
std::vector<Mistake> outdated_calendars(const Config& config, Timestamp now);

/// What would run, for people: feeds, instruments, rules and channels, and no secrets. Many lines.
std::string describe(const Config& config);

/// What this feed has to ask of its venue, for all instruments together.
FeedRequest request_of(const Config& config, const FeedSpec& feed);

/// What the config's rules may name.
Universe universe_of(const std::vector<InstrumentSpec>& instruments,
                     const std::vector<FeedSpec>& feeds);

}  // namespace foghorn
