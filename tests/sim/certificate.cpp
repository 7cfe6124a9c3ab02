#include "tests/sim/certificate.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace foghorn::sim {
namespace {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* p) const {
    free(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bytes = std::unique_ptr<BIO, Freed<BIO_free_all>>;

void check(bool good, const char* what) {
  if (good) return;
  char reason[256];
  ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
  throw std::runtime_error{std::string{"making the simulator's certificates: "} + what + ": " +
                           reason};
}

void extend(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension{
      X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
  check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

Certificate new_certificate(EVP_PKEY* key, const char* name, long serial) {
  constexpr long day = 24 * 60 * 60;
  Certificate certificate{X509_new()};
  check(certificate != nullptr, "X509_new");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), day);
  X509_set_pubkey(certificate.get(), key);
  const auto* bytes = reinterpret_cast<const unsigned char*>(name);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, bytes,
                             -1, -1, 0);
  return certificate;
}

template <class Write>
std::string pem(const Write& write) {
  const Bytes bytes{BIO_new(BIO_s_mem())};
  check(bytes != nullptr && write(bytes.get()) == 1, "writing PEM");
  char* start{};
  const long size = BIO_get_mem_data(bytes.get(), &start);
  return {start, static_cast<std::size_t>(size)};
}

}  // namespace

Credentials make_credentials() {
  const Key ca_key{EVP_EC_gen("P-256")};
  const Key key{EVP_EC_gen("P-256")};
  check(ca_key != nullptr && key != nullptr, "generating keys");

  const auto ca = new_certificate(ca_key.get(), "foghorn-sim, for this run only", 1);
  X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
  extend(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  check(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0, "signing the authority");

  const auto server = new_certificate(key.get(), "localhost", 2);
  X509_set_issuer_name(server.get(), X509_get_subject_name(ca.get()));
  extend(server.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
  extend(server.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
  extend(server.get(), ca.get(), NID_ext_key_usage, "serverAuth");
  extend(server.get(), ca.get(), NID_authority_key_identifier, "keyid");
  // The last is for who comes through a proxy: nobody else finds a host of that name.
  extend(server.get(), ca.get(), NID_subject_alt_name,
         "DNS:localhost,IP:127.0.0.1,IP:::1,DNS:venue.example");
  check(X509_sign(server.get(), ca_key.get(), EVP_sha256()) > 0,
        "signing the server's certificate");

  return {.ca_pem = pem([&](BIO* out) { return PEM_write_bio_X509(out, ca.get()); }),
          .certificate_pem = pem([&](BIO* out) { return PEM_write_bio_X509(out, server.get()); }),
          .key_pem = pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace foghorn::sim
