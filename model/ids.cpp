#include "model/ids.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace foghorn {

std::string make_id(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error{"OpenSSL cannot compute SHA-256; is its configuration broken?"};
  }

  // RFC 4648's alphabet in lower case: an id is read aloud and typed.
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string id;
  unsigned int bits = 0;
  unsigned int held = 0;
  for (std::size_t i = 0; id.size() < 16; ++i) {
    bits = (bits << 8) | digest[i];
    held += 8;
    while (held >= 5 && id.size() < 16) {
      held -= 5;
      id += alphabet[(bits >> held) & 31U];
    }
    bits &= (1U << held) - 1U;
  }
  return id;
}

}  // namespace foghorn
