#pragma once
// What a client and a proxy say to each other until the way to a host is free: HTTP CONNECT and
// SOCKS5, without a socket.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/proxy.hpp"

namespace foghorn {

/// Begins with something to say. Then, in turns: what there is to say is said, and what is wanted
/// is heard, until it is over.
class ProxyTalk {
 public:
  virtual ~ProxyTalk() = default;

  /// What is to be sent now; empty where it is the proxy's turn, or it is over.
  std::string take_words() { return std::exchange(words_, {}); }

  /// How many bytes are surely still the proxy's, so that who reads no more than these takes
  /// nothing that is the host's; 0: it is over. Never more than 260.
  std::size_t wanted() const { return wanted_; }

  /// `bytes` were read: at least one, at most wanted().
  void hear(std::string_view bytes);

  /// Why it ended, for people and without credentials; empty: the way is free.
  const std::string& refusal() const { return refusal_; }

 protected:
  void say(std::string words) { words_ = std::move(words); }
  void want(std::size_t bytes) { wanted_ = bytes; }
  void end_with(std::string refusal);

 private:
  virtual void take(std::string_view bytes) = 0;

  std::string words_;
  std::size_t wanted_{};
  std::string refusal_;
};

/// `host` is an address, or a name for the proxy to look up; `port` is a number. What cannot be
/// asked for (SOCKS5: a name over 255 bytes) is over before it begins.
std::unique_ptr<ProxyTalk> talk_with(const Proxy& proxy, std::string_view host,
                                     std::string_view port);

}  // namespace foghorn
