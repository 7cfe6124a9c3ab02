#pragma once
// What the platforms behind the simulated receivers take and answer, each as its documentation
// says.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "tests/sim/tls_server.hpp"

namespace foghorn::sim {

/// What a platform makes of a request.
struct Judged {
  bool good{};
  std::string text{};    ///< where good: what its readers see, without markup
  int code{};            ///< where bad: the platform's error code, or its HTTP status
  std::string reason{};  ///< where bad
};

/// An answer, and how to call it: "errcode 45009", "429", "ok".
struct Said {
  HttpPlan plan{};
  std::string called{};
};

struct Platform {
  std::string_view type;    ///< in a scenario and in config.toml
  std::string_view called;  ///< for people
  std::string_view target;  ///< path and query of its webhook, with a made-up key
  std::size_t a_minute;     ///< messages that it takes in any 60 s; 0: any number
  Judged (*judge)(std::string_view body);
  Said (*answer)(const Judged& judged);
  Judged elsewhere;  ///< for a wrong key
  Judged too_often;
};

/// The platform of that name, or null.
const Platform* find_platform(std::string_view type);

std::span<const Platform> platforms();

/// https://developer.work.weixin.qq.com/document/path/99110: text to 2048 bytes, markdown and
/// markdown_v2 to 4096.
Judged judge_wecom(std::string_view body);

/// https://api.slack.com/messaging/webhooks: text or blocks, at most 50 of them, section texts to
/// 3000 characters.
Judged judge_slack(std::string_view body);

}  // namespace foghorn::sim
