#pragma once
// Bytes nobody can guess.

#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace foghorn {

template <class Byte, std::size_t size>
std::array<Byte, size> random_bytes() {
  static_assert(sizeof(Byte) == 1);
  std::array<Byte, size> bytes{};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1)
    throw std::runtime_error{"OpenSSL has no random bytes"};
  return bytes;
}

}  // namespace foghorn
