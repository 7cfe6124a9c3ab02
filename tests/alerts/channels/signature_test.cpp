#include "alerts/channels/signature.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace foghorn;

TEST_CASE("base64 is padded, and read back") {
  for (const char* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    CAPTURE(text);
    const auto encoded = to_base64(text);
    CHECK(encoded.size() % 4 == 0);
    if (*text) CHECK(decoded_base64(encoded) == text);
  }
  CHECK(to_base64("fooba") == "Zm9vYmE=");  // RFC 4648 §10
}

TEST_CASE("what is not base64 is not read as such") {
  for (const char* text : {"", "Zg", "Zg=", "Z===", "Zm9v Zm9v", "Zm=v", "Zm9\xFF", "-_-_"}) {
    CAPTURE(text);
    CHECK_FALSE(decoded_base64(text));
  }
}

TEST_CASE("HMAC-SHA256 is RFC 4231's") {
  CHECK(to_base64(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
  CHECK(!hmac_sha256("", "").empty());
}
